/** Where a mail was stored, as its 202 says. */
export interface Placement {
  readonly topic: string
  readonly partition: number
  /** `undefined` where the broker did not say. */
  readonly offset: bigint | undefined
}

/** One mail and how it ended. Retries belong to it: it is one send. */
export interface Send {
  /** SHA-256 of its bytes, in hex. */
  readonly sha256: string
  /** When it was first posted, on a counter that every post and every 202 moves on. */
  readonly startedAt: number
  readonly outcome:
    | {
        readonly kind: 'acknowledged'
        readonly placement: Placement
        /** When its 202 came, on the same counter. */
        readonly acknowledgedAt: number
        readonly deadLettered: boolean
      }
    /** The mail itself was refused (4xx). */
    | { readonly kind: 'refused'; readonly reason: string }
    /** No 202 within all attempts. It may be in the log. */
    | { readonly kind: 'unanswered'; readonly reason: string }
  readonly attempts: number
  /** From the first post to the answer. */
  readonly latencyMs: number
}

/** A record as the independent reader found it. */
export interface FoundRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly key: string | null
  /** SHA-256 of the raw mail that the record holds, counted over its bytes; `undefined` when it does not hold it whole. */
  readonly sha256: string | undefined
}
