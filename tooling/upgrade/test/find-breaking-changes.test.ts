import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findBreakingChanges } from '../src/index.ts'

/** The API of the producer as it was released. */
const released = readFileSync(join(import.meta.dirname, '../baseline/0.1.0/api/producer.md'), 'utf8')

/** The breaks of a copy in which one piece of text is another. */
function breaksOf(before: string | RegExp, after: string): readonly string[] {
  const changed = released.replace(before, after)
  expect(changed, `${before} is in the snapshot`).not.toBe(released)
  return findBreakingChanges(released, changed).map(({ symbol, detail }) => `${symbol} ${detail}`)
}

describe('findBreakingChanges', () => {
  it('finds none in an API that is the same', () => {
    expect(findBreakingChanges(released, released)).toEqual([])
  })

  it('finds an option that was removed', () => {
    expect(breaksOf('    readonly wait?: boolean | undefined;\n', '')).toEqual([
      '@headwater/producer: interface `TrySendOptions` no longer has: readonly wait?: boolean',
      '@headwater/producer: interface `TrySendOptions` no longer has: readonly wait?: undefined',
    ])
  })

  it('finds a type that was narrowed', () => {
    const [found, ...more] = breaksOf(
      "readonly acks?: 'all' | 1 | 0 | undefined",
      "readonly acks?: 'all' | undefined",
    )
    expect(found).toContain('no longer has: readonly acks?: 1')
    expect(more).toHaveLength(1)
  })

  it('finds a code that was renamed', () => {
    const found = breaksOf("'BUFFER_FULL'", "'BUFFER_IS_FULL'")
    expect(found).toHaveLength(1)
    expect(found[0]).toContain("type `DeliveryErrorCode` no longer has: 'BUFFER_FULL'")
  })

  it('finds a method with other parameters, and a symbol that is gone', () => {
    expect(breaksOf('post(record: ProducerRecord): boolean;', 'post(topic: string): boolean;')).toEqual([
      '@headwater/producer: interface `Producer` no longer has: post(record: ProducerRecord): boolean;',
    ])
    expect(breaksOf('### interface `CloseResult`', '### interface `Closed`')).toEqual([
      '@headwater/producer: interface `CloseResult` is gone',
    ])
  })

  it('finds a new option that everybody must give, and none that may be left out', () => {
    const wait = 'readonly wait?: boolean | undefined;'
    const adding = (member: string): readonly string[] => breaksOf(wait, `${wait}\n    ${member}`)
    expect(adding('readonly tenant: string;')).toEqual([
      '@headwater/producer: interface `TrySendOptions` now requires: readonly tenant: string;',
    ])
    expect(adding('readonly tenant?: string | undefined;')).toEqual([])
  })

  // Nothing said so: the consumers of a release hand on loggers and stores of ours, which had the new member, too.
  it('finds a new member of what users write themselves', () => {
    const topic = 'interface ProducerRecord {\n'
    expect(breaksOf(topic, `${topic}    readonly tenant: string;\n`)).toEqual([
      '@headwater/producer: interface `ProducerRecord` now requires: readonly tenant: string;',
    ])
    const base = readFileSync(join(import.meta.dirname, '../baseline/0.1.0/api/base.md'), 'utf8')
    const member = 'trace(fields: LogFields, message: string): void;'
    const changed = base.replace('interface Logger {\n', `interface Logger {\n    ${member}\n`)
    expect(findBreakingChanges(base, changed)).toEqual([
      { symbol: '@headwater/base: interface `Logger`', detail: `now requires: ${member}` },
    ])
  })

  it('lets what users are given have more', () => {
    const receipt = 'interface Receipt {\n'
    expect(breaksOf(receipt, `${receipt}    readonly tenant: string;\n`)).toEqual([])
  })

  it('lets an interface extend more, and not less', () => {
    const less = 'interface TrySendOptions {'
    const more = 'interface TrySendOptions extends SendOptions, Other {'
    expect(breaksOf('interface TrySendOptions extends SendOptions {', more)).toEqual([])
    expect(breaksOf('interface TrySendOptions extends SendOptions {', less)).toEqual([
      '@headwater/producer: interface `TrySendOptions` no longer has: extends SendOptions',
    ])
  })

  it('lets codes and symbols be added', () => {
    expect(breaksOf("'BUFFER_FULL'", "'BUFFER_FULL'\n    | 'BUFFER_GONE'")).toEqual([])
    expect(
      breaksOf(
        '### interface `CloseResult`',
        '### type `New`\n\ntype New = 1;\n\n### interface `CloseResult`',
      ),
    ).toEqual([])
  })
})
