import { describe, expect, it } from 'vitest'
import { checkCodes } from '../src/check-codes.ts'
import { collectCodes } from '../src/collect-codes.ts'
import { readMarkdown } from '../src/read-markdown.ts'

const section = (code: string): string =>
  `### \`${code}\`\n\n- **What happened:** a\n- **Where the record is:** b\n- **What to do:** c\n\n`

const messagesOf = (text: string): readonly string[] =>
  checkCodes(readMarkdown('errors.md', text), new Map([['TOO_LATE', ['a.ts']]])).problems.map(
    ({ message }) => message,
  )

describe('checkCodes', () => {
  it('refuses a code without a section', () => {
    expect(messagesOf('# Errors\n')).toEqual(['has no section for TOO_LATE, which a.ts can throw'])
  })

  it('refuses a section of a code that nothing throws', () => {
    expect(messagesOf(section('TOO_LATE') + section('TOO_EARLY'))).toEqual([
      'explains TOO_EARLY, which nothing throws',
    ])
  })

  it('refuses a section that leaves one of the three answers out', () => {
    expect(messagesOf(section('TOO_LATE').replace('What to do', 'Do'))).toEqual([
      'does not say "What to do:" of TOO_LATE',
    ])
  })
})

describe('collectCodes', () => {
  const collect = (text: string): readonly string[] => [
    ...collectCodes(
      new Map([['packages/producer/src/a.ts', text]]),
      new Set(['NOT_LEADER_OR_FOLLOWER']),
    ).keys(),
  ]

  it('finds the sets of codes behind error classes, theirs and those of their children', () => {
    const text = `type SendErrorCode = 'LATE' | 'TOO_LARGE'
      class SendError extends HeadwaterError<SendErrorCode> {}
      class OtherError extends Error<'NOT_OURS'> {}`
    expect(collect(text)).toEqual(['LATE', 'TOO_LARGE'])
  })

  it('finds literal codes, in a choice, in a call of super, and handed over in a variable', () => {
    const text = `class SendError extends HeadwaterError { constructor() { super('IN_SUPER', 'x') } }
      throw new HeadwaterError(late ? 'TOO_LATE' : 'TOO_EARLY', 'x')`
    expect(collect(text)).toEqual(['IN_SUPER', 'TOO_EARLY', 'TOO_LATE'])
    expect(collect(`const stop = (code) => new HeadwaterError(code, 'x'); stop('BY_VARIABLE')`)).toEqual([
      'BY_VARIABLE',
    ])
  })

  it('finds the problems of the command line, the reasons of dead letters, and what a property may be', () => {
    expect(collect(`type SchemasProblemCode = 'no-schemas' | 'git-failed'`)).toEqual([
      'git-failed',
      'no-schemas',
    ])
    expect(collect(`type UnreadableReason = 'EMPTY'`)).toEqual(['EMAIL_EMPTY'])
    expect(collect(`interface Burial { readonly code: 'CANNOT_READ' | 'CANNOT_ENCODE' }`)).toEqual([
      'CANNOT_ENCODE',
      'CANNOT_READ',
    ])
  })

  it("finds Kafka's names where the producer treats them", () => {
    expect(collect(`const rules = { NOT_LEADER_OR_FOLLOWER: 'retry' }`)).toEqual(['NOT_LEADER_OR_FOLLOWER'])
  })
})
