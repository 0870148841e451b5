import { describe, expect, it } from 'vitest'
import { errSerializer, HeadwaterError } from '../src/index.ts'

describe('errSerializer', () => {
  it('tells kind, message, code, place and causes', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
    })
    const error = new HeadwaterError('LINK_CONNECT_FAILED', 'no connection', { cause, retriable: true })
    const { stack, ...rest } = errSerializer(error)
    expect(rest).toEqual({
      type: 'HeadwaterError',
      message: 'no connection',
      code: 'LINK_CONNECT_FAILED',
      retriable: true,
      causes: [
        {
          type: 'Error',
          message: 'connect ECONNREFUSED',
          code: 'ECONNREFUSED',
          syscall: 'connect',
          stack: expect.any(String),
        },
      ],
    })
    expect(stack).toMatch(/^ +at .*err-serializer\.test\.ts/)
  })

  it('leaves out what an error carries along', () => {
    const secret = 'hush-17'
    const error = Object.assign(new Error('not delivered'), {
      record: { key: secret, value: Buffer.from(secret) },
      undelivered: [secret],
      code: { nested: secret },
      response: { headers: { authorization: secret } },
    })
    expect(JSON.stringify(errSerializer(new Error('outer', { cause: error })))).not.toContain(secret)
  })

  it('leaves out what JSON.parse quotes, in message and stack', () => {
    const parse = (text: string): unknown => {
      try {
        return JSON.parse(text)
      } catch (error) {
        return error
      }
    }
    for (const text of ['Dear Ana, hush-17', '{"a": hush-17}', "['hush-17']", '"hush-17"x']) {
      const line = JSON.stringify(errSerializer(parse(text)))
      expect(line).toContain('SyntaxError')
      expect(line).not.toContain('hush-17')
    }
  })

  it('ends where a chain goes in a circle, and after eight causes', () => {
    const first = new Error('first')
    first.cause = new Error('second', { cause: first })
    expect(errSerializer(first)).toMatchObject({ causes: [{ message: 'second' }] })
    expect(JSON.stringify(errSerializer(first)).match(/"message"/g)).toHaveLength(2)

    let long = new Error('0')
    for (let depth = 1; depth < 50; depth++) long = new Error(String(depth), { cause: long })
    expect(JSON.stringify(errSerializer(long)).match(/"message"/g)).toHaveLength(8)
  })

  it('tells the first five parts of an AggregateError', () => {
    const parts = Array.from({ length: 9 }, (_, index) => new Error(`part ${index}`))
    expect(errSerializer(new AggregateError(parts, 'all')).causes).toHaveLength(5)
  })

  // `await using` throws one when closing fails after the work has: its own message says neither.
  it('tells both errors of a SuppressedError, and the cause of an AggregateError', () => {
    const closing = new HeadwaterError('UNDELIVERED', 'two records are left')
    const both = Object.assign(new Error('suppressed'), {
      name: 'SuppressedError',
      error: closing,
      suppressed: new Error('the work'),
    })
    expect(errSerializer(both).causes).toMatchObject([{ code: 'UNDELIVERED' }, { message: 'the work' }])
    expect(
      errSerializer(new AggregateError([new Error('a')], 'all', { cause: closing })).causes,
    ).toMatchObject([{ code: 'UNDELIVERED' }, { message: 'a' }])
  })

  it('takes an error whose fields throw when they are read', () => {
    const refuses = { enumerable: true, get: (): never => expect.fail('read') }
    const odd = Object.defineProperties(new Error('x'), { cause: refuses, code: refuses, request: refuses })
    expect(errSerializer(odd)).toMatchObject({ type: 'Error', message: 'x' })
  })

  // A line about an error threw one itself, out of whatever had logged it.
  it('takes an error whose own fields are no text', () => {
    const odd = Object.assign(new Error('x'), { name: 5, message: { secret: 'hush-17' }, stack: [] })
    expect(errSerializer(odd)).toEqual({ type: 'Error', message: '', stack: undefined })
    const parts = Object.assign(new AggregateError([]), { errors: undefined })
    expect(errSerializer(parts)).toMatchObject({ type: 'AggregateError' })
  })

  it('tells the type of what is no error', () => {
    expect(errSerializer('hush-17')).toEqual({ type: 'string', message: 'a string was thrown' })
    expect(errSerializer(undefined)).toMatchObject({ type: 'undefined' })
  })
})
