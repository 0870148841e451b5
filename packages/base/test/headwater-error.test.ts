import { describe, expect, it } from 'vitest'
import { HeadwaterError, isHeadwaterError, toError } from '../src/index.ts'

class FirstCopy extends HeadwaterError<'A' | 'B'> {}

describe('HeadwaterError', () => {
  it('carries code, cause and whether a repeat may help', () => {
    const cause = new Error('socket closed')
    const error = new HeadwaterError('LINK_CLOSED', 'the broker closed the connection', {
      retriable: true,
      cause,
    })
    expect(error).toMatchObject({ code: 'LINK_CLOSED', retriable: true, cause, name: 'HeadwaterError' })
    expect(new HeadwaterError('X', 'x').retriable).toBe(false)
    expect('cause' in new HeadwaterError('X', 'x')).toBe(false)
  })

  it('is recognised by another copy of the package', async () => {
    // The query makes the loader evaluate the module a second time: what two installed versions do.
    const path = '../src/headwater-error.ts?copy'
    const other = (await import(path)) as { HeadwaterError: typeof HeadwaterError }
    expect(other.HeadwaterError).not.toBe(HeadwaterError)
    expect(new other.HeadwaterError('A', 'a')).toBeInstanceOf(HeadwaterError)
    expect(new HeadwaterError('A', 'a')).toBeInstanceOf(other.HeadwaterError)
  })

  it('does not take a subclass for another, nor any object for an error', () => {
    class Other extends HeadwaterError {}
    expect(new FirstCopy('A', 'a')).toBeInstanceOf(FirstCopy)
    expect(new FirstCopy('A', 'a')).toBeInstanceOf(HeadwaterError)
    expect(new Other('A', 'a')).not.toBeInstanceOf(FirstCopy)
    expect(new HeadwaterError('A', 'a')).not.toBeInstanceOf(FirstCopy)
    expect(new Error('a')).not.toBeInstanceOf(HeadwaterError)
    expect(null).not.toBeInstanceOf(HeadwaterError)
  })

  it('narrows by code', () => {
    expect(isHeadwaterError(new FirstCopy('A', 'a'), 'A')).toBe(true)
    expect(isHeadwaterError(new FirstCopy('A', 'a'), 'B')).toBe(false)
    expect(isHeadwaterError(new Error('a'))).toBe(false)
  })
})

describe('toError', () => {
  it('keeps errors and wraps what else was thrown', () => {
    const error = new Error('a')
    expect(toError(error)).toBe(error)
    expect(toError('text')).toMatchObject({ message: 'text', cause: 'text' })
    expect(toError(null)).toMatchObject({ message: 'null', cause: null })
    expect(toError(Object.create(null))).toMatchObject({ message: 'object without text' })
  })
})
