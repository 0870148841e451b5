import { styleText } from 'node:util'
import type { RunSummary } from './run-summary.ts'

/** How the table may look. */
export interface ReportStyle {
  /** Whether zeros may be green and what is wrong red. */
  readonly colour: boolean
  /** What ran, in one line. */
  readonly heading: string
}

const maxColumns = 80
const nameWidth = 15
const valueWidth = 10

/** The table for people, at most 80 columns wide, with a line end behind each line. */
export function formatReport(summary: RunSummary, { colour, heading }: ReportStyle): string {
  const paint = (format: 'green' | 'red' | 'bold' | 'dim', text: string): string =>
    colour ? styleText(format, text, { validateStream: false }) : text
  const row = (name: string, value: string, note: string): string =>
    `  ${name.padEnd(nameWidth)}${value.padStart(valueWidth)}   ${paint('dim', note)}`.trimEnd()
  const promise = (name: string, count: number, note: string): string => {
    const value = whole(count).padStart(valueWidth)
    return row(name, paint(count === 0 ? 'green' : 'red', value), note)
  }
  const title = (text: string): string => paint('bold', text)
  const { sent, stored, deadLettered, faults, retried } = summary
  const fired = Object.entries(faults)
  const lines = [
    shortened(heading, maxColumns),
    '',
    title('Mails'),
    row('sent', whole(sent), `over HTTP, ${whole(summary.acknowledged)} of them answered 202`),
    row(
      'stored',
      whole(stored),
      `read by kafkajs: ${whole(stored - deadLettered)} events, ${whole(deadLettered)} dead letters`,
    ),
    promise('lost', summary.lost, 'answered 202 and absent'),
    promise('duplicated', summary.duplicated, 'records beyond one per send'),
    promise('reordered', summary.reordered, 'records behind a younger one of the same key'),
    row('dead-lettered', whole(deadLettered), 'unreadable mails, kept byte for byte'),
    ...troubles(summary).map(({ name, count, note }) =>
      row(name, paint('red', whole(count).padStart(valueWidth)), note),
    ),
    ...(retried === 0 ? [] : [row('sent again', whole(retried), 'after a 503: same bytes, same message_id')]),
    '',
    title('Speed'),
    row('throughput', `${whole(summary.perSecond)}/s`, 'mails answered 202'),
    row('p50', `${summary.p50Ms.toFixed(1)} ms`, 'from the post to the 202'),
    row('p99', `${summary.p99Ms.toFixed(1)} ms`, ''),
    '',
    title('Faults that fired'),
    ...(fired.length === 0
      ? ['  none']
      : fired.map(([name, count]) => `  ${name.padEnd(42)}${whole(count).padStart(4)}`)),
    '',
    paint(isKept(summary) ? 'green' : 'red', verdict(summary)),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

interface Trouble {
  readonly name: string
  readonly count: number
  readonly note: string
}

/** What a run without trouble does not mention. */
function troubles({ refused, unanswered, foreign, duplicatedByRetry }: RunSummary): readonly Trouble[] {
  return [
    {
      name: 'sent twice',
      count: duplicatedByRetry,
      note: '503, sent again: two records of one message_id',
    },
    { name: 'refused', count: refused.length, note: shortened(refused[0]) },
    { name: 'no answer', count: unanswered.length, note: shortened(unanswered[0]) },
    { name: 'foreign', count: foreign, note: 'records that hold none of these mails' },
  ].filter(({ count }) => count > 0)
}

function isKept({ lost, duplicated, reordered, unanswered }: RunSummary): boolean {
  return lost + duplicated + reordered + unanswered.length === 0
}

function verdict(summary: RunSummary): string {
  const time = `${summary.seconds.toFixed(1)} s in all.`
  if (isKept(summary)) return `Every 202 is in the log once and in order, byte for byte. ${time}`
  if (summary.lost + summary.duplicated + summary.reordered > 0)
    return `The log is not what was answered. ${time}`
  return `Mails stayed without an answer, which proves nothing. ${time}`
}

/** In one line: reasons come from elsewhere. */
function shortened(text = '', room = maxColumns - 2 - nameWidth - valueWidth - 3): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length <= room ? line : `${line.slice(0, room - 1)}…`
}

const wholeNumber = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

function whole(value: number): string {
  return wholeNumber.format(value)
}
