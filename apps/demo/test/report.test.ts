import { describe, expect, it } from 'vitest'
import { compareWithLog } from '../src/compare-with-log.ts'
import { formatReport } from '../src/report.ts'
import { summariseRun, type RunSummary } from '../src/run-summary.ts'
import { madeUpRun } from './made-up-run.ts'

const { sends, records } = madeUpRun()
const measures = { faults: { 'broker stopped': 12_345 }, loadMs: 1000, totalMs: 1000 }
const good = summariseRun(sends, compareWithLog(sends, records), measures)
const bad: RunSummary = {
  ...good,
  sent: 12_345,
  lost: 1,
  duplicated: 3,
  duplicatedByRetry: 2,
  retried: 4,
  foreign: 5,
  refused: [`400: ${'long '.repeat(30)}`],
  unanswered: ['503: \n  no brokers'],
}
const plain = { colour: false, heading: 'mails '.repeat(30) }
/** What starts a colour or any other command to a terminal. */
const escape = '\u001b'

describe('formatReport', () => {
  it('fits 80 columns, with everything wrong, too', () => {
    for (const summary of [good, bad]) {
      for (const line of formatReport(summary, plain).split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    }
  })

  it('lines its numbers up', () => {
    const lines = formatReport(bad, plain).split('\n')
    const ends = ['sent  ', 'lost', 'duplicated', 'refused', 'no answer', 'foreign'].map((name) =>
      lines.find((line) => line.trimStart().startsWith(name))?.search(/(?<=[\d])   \S/),
    )
    expect(new Set(ends)).toEqual(new Set([27]))
  })

  it('is coloured only when asked to', () => {
    expect(formatReport(bad, plain)).not.toContain(escape)
    expect(formatReport(bad, { ...plain, colour: true })).toContain(escape)
  })

  it('does not speak of troubles that there were not', () => {
    const text = formatReport(good, plain)
    for (const word of ['refused', 'foreign', 'no answer', 'sent again', 'sent twice']) {
      expect(text).not.toContain(word)
    }
    expect(text).toContain('Every 202 is in the log once and in order')
  })

  it('says what is wrong, and why a mail was refused', () => {
    const text = formatReport(bad, plain)
    expect(text).toMatch(/lost +1 /)
    expect(text).toMatch(/sent twice +2 +503, sent again/)
    expect(text).toMatch(/refused +1 +400: long/)
    expect(text).toContain('no brokers')
    expect(text).toContain('The log is not what was answered')
    expect(formatReport({ ...good, unanswered: ['503'] }, plain)).toContain('proves nothing')
  })
})
