import { describe, expect, it } from 'vitest'
import { compareWithLog } from '../src/compare-with-log.ts'
import type { FoundRecord, Send } from '../src/delivery-ledger.ts'
import { exitCodeOf, summariseRun, toJsonLine, type RunSummary } from '../src/run-summary.ts'
import { found, madeUpRun } from './made-up-run.ts'

const measures = { faults: { 'broker stopped': 1, 'leader moved': 2 }, loadMs: 2000, totalMs: 2504 }

function summaryOf(sends: readonly Send[], records: readonly FoundRecord[]): RunSummary {
  return summariseRun(sends, compareWithLog(sends, records), measures)
}

describe('summariseRun', () => {
  it('adds up sends, latencies and throughput', () => {
    const { sends, records } = madeUpRun()
    const refused = { ...sends[0]!, latencyMs: 900, outcome: { kind: 'refused', reason: '400' } } as const
    expect(summaryOf([...sends, refused], records)).toMatchObject({
      sent: 6,
      acknowledged: 5,
      refused: ['400'],
      unanswered: [],
      retried: 0,
      perSecond: 2.5,
      p50Ms: 2,
      p99Ms: 4,
    })
  })
})

describe('toJsonLine', () => {
  it('has the fields that programs wait for, in one line', () => {
    const { sends, records } = madeUpRun()
    expect(toJsonLine(summaryOf(sends, records))).toBe(
      '{"sent":5,"stored":5,"lost":0,"duplicated":0,"reordered":0,"deadLettered":1,"faults":3,"seconds":2.5}',
    )
  })
})

describe('exitCodeOf', () => {
  const { sends, records } = madeUpRun()
  const [dead, ...raw] = records

  it('is 0 when the log is what was answered', () => {
    expect(exitCodeOf(summaryOf(sends, records))).toBe(0)
  })

  it('is 1 for a log in which a record is missing', () => {
    expect(exitCodeOf(summaryOf(sends, raw))).toBe(1)
    expect(exitCodeOf(summaryOf(sends, records.slice(0, -1)))).toBe(1)
  })

  it('is 1 for a log in which a record stands twice', () => {
    expect(exitCodeOf(summaryOf(sends, [...records, found(3, { offset: 4n })]))).toBe(1)
  })

  it('is 1 for a log in which two records have changed places', () => {
    const swapped = [sends[1]!, sends[0]!].map((send, index) => ({
      ...send,
      outcome: { ...send.outcome, placement: { topic: 'raw', partition: 0, offset: BigInt(index) } } as never,
    }))
    const log = [dead!, found(1, { offset: 0n }), found(0, { offset: 1n }), ...raw.slice(2)]
    const summary = summaryOf([...swapped, ...sends.slice(2)], log)
    expect(summary).toMatchObject({ lost: 0, duplicated: 0, reordered: 1 })
    expect(exitCodeOf(summary)).toBe(1)
  })

  it('is 1 when mails stayed without an answer, and 0 when some were refused', () => {
    const ended = (kind: 'refused' | 'unanswered'): Send[] => [
      ...sends,
      { ...sends[0]!, sha256: 'another', outcome: { kind, reason: 'why' } },
    ]
    expect(exitCodeOf(summaryOf(ended('unanswered'), records))).toBe(1)
    expect(exitCodeOf(summaryOf(ended('refused'), records))).toBe(0)
  })
})
