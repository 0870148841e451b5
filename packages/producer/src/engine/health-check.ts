import type { HeadwaterError } from '@headwater/base'
import { LinkError } from '../link/link.ts'
import type { HealthProblem, HealthProblemCode, ProducerHealth } from '../health.ts'
import type { Readiness } from './readiness.ts'
import type { ResolvedOptions } from './resolve-options.ts'

/** What the check looks at. */
export interface HealthContext {
  readonly options: ResolvedOptions
  readonly readiness: Readiness
  closed(): boolean
  /** Why a transactional producer can write no more. */
  fenced(): Error | undefined
  /** When `send` was called for the oldest record that waits; all moments are of the monotonic clock. */
  oldestPendingMs(): number | undefined
  /** When a record was last given up because nobody answered. */
  silentMs(): number | undefined
  acknowledgedMs(): number | undefined
  bufferedBytes(): number
  spooledRecords(): number
}

/** How long a health check may wait for the answer to its probe, and how old an answer may be. */
const defaults = { timeoutMs: 2000, maxAgeMs: 5000 }
/** The share of `bufferMemory` above which sends will soon have to wait. */
const nearlyFull = 0.8

/** The gravest first, and what each means for the producer as a whole. */
const statusByCode: Readonly<Record<HealthProblemCode, Exclude<ProducerHealth['status'], 'ready'>>> = {
  CLOSED: 'not-ready',
  FENCED: 'not-ready',
  CREDENTIALS_REFUSED: 'not-ready',
  NO_ANSWER: 'not-ready',
  STALLED: 'not-ready',
  BUFFER_NEARLY_FULL: 'degraded',
  SPOOLING: 'degraded',
}
const gravestFirst = Object.keys(statusByCode)

/** Kafka's errors that mean: not with these credentials. */
const refusals: ReadonlySet<string> = new Set([
  'LINK_AUTHENTICATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
])

/** Says how the producer is; see `Producer.health`. */
export async function checkHealth(
  context: HealthContext,
  options: { readonly timeoutMs?: number | undefined; readonly maxAgeMs?: number | undefined },
): Promise<ProducerHealth> {
  const { timeoutMs = defaults.timeoutMs, maxAgeMs = defaults.maxAgeMs } = options
  const { clock } = context.options
  const problems: HealthProblem[] = []
  if (!isOver(context)) {
    const failure = await context.readiness
      .wait({ timeoutMs, maxAgeMs })
      .catch((error: HeadwaterError) => error)
    // A mistake in the call says nothing of the producer.
    if (failure?.code === 'INVALID_OPTIONS') throw failure
    // Asked again: what ended the wait may be that it is over.
    if (failure !== undefined && !isOver(context)) problems.push(unanswered(failure))
    problems.push(...held(context, maxAgeMs))
  }
  if (context.closed())
    problems.push({ code: 'CLOSED', message: 'the producer is closing or closed; make a new one to send' })
  const fenced = context.fenced()
  if (fenced !== undefined) {
    const message = `a younger producer has the same transactionalId, so this one cannot write any more; close it: ${fenced.message}`
    problems.push({ code: 'FENCED', message })
  }
  problems.sort((left, right) => gravestFirst.indexOf(left.code) - gravestFirst.indexOf(right.code))
  const answeredMs = context.readiness.answeredMs
  return {
    status: problems[0] === undefined ? 'ready' : statusByCode[problems[0].code],
    problems,
    lastAnswerAgeMs: answeredMs === undefined ? undefined : clock.monotonic() - answeredMs,
  }
}

function isOver(context: HealthContext): boolean {
  return context.closed() || context.fenced() !== undefined
}

function unanswered(failure: HeadwaterError): HealthProblem {
  const { cause } = failure
  const code = (cause as { readonly code?: string } | undefined)?.code ?? ''
  const refused = refusals.has(code) && !(cause instanceof LinkError && cause.retriable)
  return { code: refused ? 'CREDENTIALS_REFUSED' : 'NO_ANSWER', message: failure.message }
}

/** What is wrong with the records that the producer holds. */
function* held(context: HealthContext, maxAgeMs: number): Generator<HealthProblem> {
  const { bufferMemory, lingerMs, topics, clock, onUnavailable } = context.options
  const nowMs = clock.monotonic()
  const acknowledgedMs = context.acknowledgedMs() ?? -Infinity
  const sinceMs = context.oldestPendingMs() ?? Infinity
  const silentMs = context.silentMs() ?? -Infinity
  const boundMs = maxAgeMs + Math.max(lingerMs, ...Array.from(topics.values(), (own) => own.lingerMs))
  if (nowMs - Math.max(sinceMs, acknowledgedMs) > boundMs) {
    const message = `records wait, and none was acknowledged for ${Math.round(nowMs - Math.max(sinceMs, acknowledgedMs))} ms; look at the leaders of their partitions`
    yield { code: 'STALLED', message }
  } else if (silentMs > acknowledgedMs && nowMs - silentMs <= boundMs) {
    const message =
      'the latest records were given up for want of an answer; look at the leaders of their partitions'
    yield { code: 'STALLED', message }
  }
  const share = context.bufferedBytes() / bufferMemory
  if (share > nearlyFull) {
    const message = `${Math.floor(share * 100)} % of bufferMemory (${bufferMemory} bytes) are taken: records come faster than brokers take them; slow down, or raise it`
    yield { code: 'BUFFER_NEARLY_FULL', message }
  }
  const spooled = context.spooledRecords()
  if (spooled > 0) {
    const message = `${spooled} records wait in ${onUnavailable?.folder ?? 'the spool'} to be sent`
    yield { code: 'SPOOLING', message }
  }
}
