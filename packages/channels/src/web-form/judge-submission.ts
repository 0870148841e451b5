import { readFormToken } from './form-token.ts'
import type { SubmittedFields } from './submitted-fields.ts'
import type { SpamVerdict } from './web-form-message.ts'

/** The checks of one form. */
export interface FormChecks {
  readonly formType: string
  readonly honeypotField: string | undefined
  readonly tokenSecret: string | Uint8Array | undefined
  readonly tokenField: string
  readonly minFillMs: number
  readonly maxFillMs: number
}

/** What the checks say. */
export interface Judgement {
  readonly verdict: SpamVerdict
  /** Milliseconds from page to submission; `null` without a token that is ours. */
  readonly fillMs: number | null
  /** The token, when it is ours: whoever loads the page again gets another one. */
  readonly token: string | null
}

/** Applies a form's own checks, and takes the fields that are theirs out of the data. */
export function judgeSubmission(fields: SubmittedFields, checks: FormChecks, nowMs: number): Judgement {
  const bait = checks.honeypotField === undefined ? undefined : fields.take(checks.honeypotField)
  const token = checks.tokenSecret === undefined ? undefined : fields.take(checks.tokenField)
  const judged =
    checks.tokenSecret === undefined ? clean : judgeToken(token, checks.tokenSecret, checks, nowMs)
  return bait === undefined || bait === '' ? judged : { ...judged, verdict: 'honeypot' }
}

const clean: Judgement = { verdict: 'clean', fillMs: null, token: null }

function judgeToken(
  token: string | undefined,
  secret: string | Uint8Array,
  { formType, minFillMs, maxFillMs }: FormChecks,
  nowMs: number,
): Judgement {
  if (token === undefined || token === '') return { ...clean, verdict: 'no_token' }
  const madeAtMs = readFormToken(token, secret, formType)
  if (madeAtMs === undefined) return { ...clean, verdict: 'bad_token' }
  // Another instance made it, whose clock may be ahead.
  const fillMs = Math.max(0, nowMs - madeAtMs)
  const verdict = fillMs < minFillMs ? 'too_fast' : fillMs > maxFillMs ? 'stale_token' : 'clean'
  return { verdict, fillMs, token }
}
