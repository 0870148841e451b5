import { setTimeout as delay } from 'node:timers/promises'
import type { ContenderRecord, OpenContender } from './contender.ts'
import type { LoadOrder } from './load-order.ts'
import { OutcomeWriter, type SendOutcome } from './outcome-file.ts'
import { StallClock } from './stall-clock.ts'

const tickMs = 5
/** After a stretch in which nothing could be sent, at most so much of the schedule is caught up at once. */
const maxCatchUpMs = 1000
/** How long after its deadline a send may still settle before it counts as one that never does. */
const graceMs = 30_000

/** Counts of a load that has ended. */
interface LoadEnd {
  readonly sent: number
  readonly longestStallMs: number
}

/**
 * Sends at a steady rate, whatever the cluster does, with a bound on open sends, and writes each outcome to the file. With
 * a transactional id a send is a whole transaction, one record for each key, one at a time.
 */
export async function runLoad(
  contender: OpenContender,
  order: LoadOrder,
  onIssued: () => void,
): Promise<LoadEnd> {
  const outcomes = new OutcomeWriter(order.outcomesFile)
  const stalls = new StallClock()
  const sends = order.transactionalId === undefined ? singleSends(order) : transactions(order)
  /** What is open, by the number of its send. */
  const open = new Set<number>()
  let issued = 0

  const settle = (send: number, outcome: SendOutcome, code: string): void => {
    if (!open.delete(send)) return
    const atMs = Date.now()
    for (const { key, number } of sends.recordsOf(send)) outcomes.write({ key, number, outcome, atMs, code })
    stalls.settled(performance.now(), outcome === 'acknowledged')
  }
  const sendNext = (): void => {
    const send = issued++
    open.add(send)
    stalls.sent(performance.now())
    sends.start(contender, send).then(
      () => settle(send, 'acknowledged', ''),
      (error: unknown) => settle(send, outcomeOf(error), codeOf(error)),
    )
  }

  const endMs = performance.now() + order.maxLoadMs
  let allowed = 0
  let lastMs = performance.now()
  while (issued < sends.count && performance.now() < endMs) {
    const now = performance.now()
    allowed = Math.min(allowed + (now - lastMs) * sends.perMs, maxCatchUpMs * sends.perMs)
    lastMs = now
    while (allowed >= 1 && open.size < sends.maxOpen && issued < sends.count) {
      sendNext()
      allowed--
    }
    await delay(tickMs)
  }
  onIssued()

  const deadline = performance.now() + order.deliveryTimeoutMs + graceMs
  while (open.size > 0 && performance.now() < deadline) await delay(tickMs)
  stalls.look(performance.now())
  for (const send of open) settle(send, 'never-settled', '')
  outcomes.close()
  return { sent: issued * sends.recordsEach, longestStallMs: Math.round(stalls.longestMs) }
}

/** What one send consists of, and how many there are. */
interface Sends {
  readonly count: number
  readonly recordsEach: number
  readonly perMs: number
  readonly maxOpen: number
  start(contender: OpenContender, send: number): Promise<void>
  recordsOf(send: number): readonly { readonly key: number; readonly number: number }[]
}

const valueOf = (number: number, bytes: number): Buffer => {
  const value = Buffer.alloc(bytes, 'x')
  value.write(`${number} `)
  return value
}

function singleSends({
  topic,
  records,
  perSecond,
  maxOpen,
  keys,
  valueBytes,
  firstNumber,
}: LoadOrder): Sends {
  const keyOf = (send: number): number => send % keys
  const numberOf = (send: number): number => firstNumber + Math.floor(send / keys)
  return {
    count: records,
    recordsEach: 1,
    perMs: perSecond / 1000,
    maxOpen,
    start: (contender, send) =>
      contender.send({ topic, key: `k${keyOf(send)}`, value: valueOf(numberOf(send), valueBytes) }),
    recordsOf: (send) => [{ key: keyOf(send), number: numberOf(send) }],
  }
}

function transactions({ topic, records, perSecond, keys, valueBytes, firstNumber }: LoadOrder): Sends {
  const numbers = Array.from({ length: keys }, (_, key) => key)
  return {
    count: Math.ceil(records / keys),
    recordsEach: keys,
    perMs: perSecond / keys / 1000,
    maxOpen: 1,
    start: async (contender, send) => {
      if (contender.transaction === undefined) throw new Error('This contender has no transactions')
      await contender.transaction(
        numbers.map((key): ContenderRecord => {
          return { topic, key: `k${key}`, value: valueOf(firstNumber + send, valueBytes) }
        }),
      )
    },
    recordsOf: (send) => numbers.map((key) => ({ key, number: firstNumber + send })),
  }
}

const ownOutcomes: readonly string[] = ['rejected', 'not-sent', 'unknown'] satisfies readonly SendOutcome[]

/** What the error itself says of its record; most libraries' say nothing. */
function outcomeOf(error: unknown): SendOutcome {
  const outcome = (error as { outcome?: unknown } | undefined)?.outcome
  return typeof outcome === 'string' && ownOutcomes.includes(outcome) ? (outcome as SendOutcome) : 'error'
}

function codeOf(error: unknown): string {
  const { code, type, name, message } = error as Record<string, unknown>
  const said = [type, code, name, message].find(
    (each) => typeof each === 'string' || typeof each === 'number',
  )
  return String(said).replace(/\s+/g, '_').slice(0, 60)
}
