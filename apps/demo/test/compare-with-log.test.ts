import { describe, expect, it } from 'vitest'
import { compareWithLog } from '../src/compare-with-log.ts'
import { acknowledged, found, madeUpRun } from './made-up-run.ts'

describe('compareWithLog', () => {
  it('finds nothing wrong where nothing is', () => {
    const { sends, records } = madeUpRun()
    expect(compareWithLog(sends, records)).toEqual({
      stored: 5,
      lost: 0,
      duplicated: 0,
      duplicatedByRetry: 0,
      reordered: 0,
      deadLettered: 1,
      foreign: 0,
    })
  })

  it('counts one lost, one doubled and one swapped in one log', () => {
    const { sends } = madeUpRun()
    // Mail 0 is absent, mail 1 stands twice, mails 2 and 3 have changed places.
    const places = [1n, 2n, 3n].map((offset, index) =>
      acknowledged([1, 3, 2][index] ?? 0, { topic: 'raw', offset }),
    )
    const log = [
      found(1, { offset: 1n }),
      found(3, { offset: 2n }),
      found(2, { offset: 3n }),
      found(1, { offset: 4n }),
    ]
    const comparison = compareWithLog([sends[0]!, ...places], log)
    expect(comparison).toMatchObject({ stored: 4, lost: 1, duplicated: 1, reordered: 1, foreign: 0 })
  })

  it('calls a mail lost whose record stands elsewhere than its 202 says', () => {
    const send = acknowledged(1, { topic: 'raw', offset: 7n })
    expect(compareWithLog([send], [found(1, { offset: 8n })])).toMatchObject({ lost: 1, duplicated: 0 })
    expect(compareWithLog([send], [found(1, { offset: 7n, partition: 3 })])).toMatchObject({ lost: 1 })
    expect(compareWithLog([send], [found(1, { offset: 7n, topic: 'dead' })])).toMatchObject({ lost: 1 })
  })

  it('calls a mail lost whose record does not hold its bytes', () => {
    const send = acknowledged(1, { topic: 'raw', offset: 1n })
    const other = [found(1, { sha256: 'other' })]
    expect(compareWithLog([send], other)).toMatchObject({ lost: 1, stored: 0, foreign: 1 })
    expect(compareWithLog([send], [found(1, { sha256: undefined })])).toMatchObject({ lost: 1, foreign: 1 })
  })

  it('lets one record answer for one 202 only', () => {
    const twice = [1, 1].map((number) => acknowledged(number, { topic: 'raw', offset: 1n }))
    expect(compareWithLog(twice, [found(1)])).toMatchObject({ lost: 1, stored: 1 })
  })

  it('wants one record for each send of the same bytes, not more', () => {
    const sends = [0n, 1n].map((offset) => acknowledged(1, { topic: 'raw', offset }))
    const records = [0n, 1n].map((offset) => found(1, { offset }))
    expect(compareWithLog(sends, records)).toMatchObject({ lost: 0, duplicated: 0 })
    expect(compareWithLog(sends, [...records, found(1, { offset: 2n })])).toMatchObject({ duplicated: 1 })
  })

  it('says which duplicates come of a mail that was posted again', () => {
    const send = acknowledged(1, { topic: 'raw', offset: 5n }, 2)
    expect(compareWithLog([send], [found(1, { offset: 4n }), found(1, { offset: 5n })])).toMatchObject({
      lost: 0,
      duplicated: 1,
      duplicatedByRetry: 1,
    })
  })

  it('finds the record of a 202 without an offset by its bytes', () => {
    const sends = [
      acknowledged(1, { topic: 'raw', offset: undefined }),
      acknowledged(1, { topic: 'raw', offset: 3n }),
    ]
    const records = [found(1, { offset: 2n }), found(1, { offset: 3n })]
    expect(compareWithLog(sends, records)).toMatchObject({ lost: 0, duplicated: 0 })
    expect(compareWithLog(sends, records.slice(0, 1))).toMatchObject({ lost: 1 })
  })

  it('asks no order of mails that were on their way at once, nor of different keys', () => {
    const first = { ...acknowledged(1, { topic: 'raw', offset: 1n }), startedAt: 0 }
    const second = { ...acknowledged(2, { topic: 'raw', offset: 0n }), startedAt: 1 }
    const log = [found(2, { offset: 0n }), found(1, { offset: 1n })]
    expect(compareWithLog([first, second], log)).toMatchObject({ lost: 0, reordered: 0 })
    const later = acknowledged(2, { topic: 'raw', offset: 0n })
    expect(compareWithLog([first, later], log)).toMatchObject({ reordered: 1 })
    const keys = [found(2, { offset: 0n, key: 'a' }), found(1, { offset: 1n, key: 'b' })]
    expect(compareWithLog([first, later], keys)).toMatchObject({ reordered: 0 })
  })

  it('calls a key reordered that is spread over partitions', () => {
    const sends = [
      acknowledged(1, { topic: 'raw', offset: 1n }),
      acknowledged(2, { topic: 'raw', offset: 2n }),
    ]
    sends[1] = {
      ...sends[1]!,
      outcome: { ...sends[1]!.outcome, placement: { topic: 'raw', partition: 1, offset: 2n } } as never,
    }
    expect(compareWithLog(sends, [found(1), found(2, { partition: 1 })])).toMatchObject({
      lost: 0,
      reordered: 1,
    })
  })

  it('knows nothing of mails without a 202 but their records', () => {
    const send = {
      ...acknowledged(1, { topic: 'raw', offset: 1n }),
      outcome: { kind: 'unanswered', reason: '503' },
    } as const
    expect(compareWithLog([send], [])).toMatchObject({ lost: 0, stored: 0 })
    expect(compareWithLog([send], [found(1)])).toMatchObject({ stored: 1, duplicated: 0 })
  })
})
