import type { IntakeOutcome } from '@headwater/metrics'

/** What a sender is told, and what is counted. */
export interface IntakeAnswer {
  readonly status: number
  readonly outcome: IntakeOutcome
  readonly body: Readonly<Record<string, unknown>>
  /** Seconds until it is worth coming back. */
  readonly retryAfterSeconds?: number | undefined
}

/** A refusal: what is wrong, and what to do about it. */
export function refusal(
  status: number,
  outcome: IntakeOutcome,
  error: { readonly code: string; readonly message: string; readonly message_id?: string | undefined },
): IntakeAnswer {
  return { status, outcome, body: { error }, ...(status === 503 && { retryAfterSeconds }) }
}

/** Long enough for an election of leaders, short enough not to pile mail up at the sender. */
const retryAfterSeconds = 5
