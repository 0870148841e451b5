import { hash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { toError } from '@headwater/base'
import type { Placement, Send } from './delivery-ledger.ts'
import type { Mail } from './mail.ts'
import type { MailPoster, PostAnswer } from './mail-poster.ts'

/** As often as one mail is posted. */
const maxAttempts = 5
/** Retry-After is honoured up to here. */
const maxPauseMs = 10_000
/** Where the intake names no time. */
const defaultPauseMs = 1000

/** What a send needs from its run. */
export interface SendContext {
  readonly poster: Pick<MailPoster, 'post'>
  /** Moves the run's counter on; see {@link Send}. */
  readonly tick: () => number
  readonly signal: AbortSignal
}

/**
 * Posts one mail until it is answered for good. A 503, or no answer, is followed by the same bytes: they keep their
 * `message_id`, so a consumer can tell a second record of them. Rejects only when the signal ends the run.
 */
export async function sendMail(mail: Mail, { poster, tick, signal }: SendContext): Promise<Send> {
  const bytes = mail.bytes()
  const startedAt = tick()
  const startMs = performance.now()
  const done = (attempts: number, outcome: Send['outcome']): Send => ({
    sha256: hash('sha256', bytes, 'hex'),
    startedAt,
    outcome,
    attempts,
    latencyMs: performance.now() - startMs,
  })
  for (let attempts = 1; ; attempts++) {
    signal.throwIfAborted()
    const answer = await poster.post(mail, bytes).catch(toNoAnswer)
    const receipt = answer.status === 202 ? toReceipt(answer.body) : undefined
    if (receipt !== undefined) {
      return done(attempts, { kind: 'acknowledged', acknowledgedAt: tick(), ...receipt })
    }
    const reason = `${answer.status === 0 ? 'no answer' : answer.status}: ${describe(answer.body)}`
    if (answer.status >= 400 && answer.status < 500) return done(attempts, { kind: 'refused', reason })
    if (attempts === maxAttempts) return done(attempts, { kind: 'unanswered', reason })
    await wait(Math.min(answer.retryAfterMs ?? defaultPauseMs, maxPauseMs), undefined, { signal })
  }
}

/** Status 0: the connection ended first. */
function toNoAnswer(thrown: unknown): PostAnswer {
  return { status: 0, retryAfterMs: undefined, body: { error: { message: toError(thrown).message } } }
}

interface Receipt {
  readonly placement: Placement
  readonly deadLettered: boolean
}

function toReceipt(body: unknown): Receipt | undefined {
  const { kind, topic, partition, offset } = (body ?? {}) as Record<string, unknown>
  if (typeof topic !== 'string' || typeof partition !== 'number') return undefined
  return {
    placement: { topic, partition, offset: typeof offset === 'string' ? BigInt(offset) : undefined },
    deadLettered: kind === 'dead-lettered',
  }
}

function describe(body: unknown): string {
  const { error } = (body ?? {}) as { readonly error?: { readonly code?: string; readonly message?: string } }
  return [error?.code, error?.message].filter((each) => each !== undefined).join(', ') || 'no reason given'
}
