/** Why a producer is not, or not wholly, well. */
export type HealthProblemCode =
  /** It is closing, or closed. */
  | 'CLOSED'
  /** No broker has shown within `maxAgeMs` that it answers, and none answered a probe. */
  | 'NO_ANSWER'
  /** The brokers refuse the credentials, or what the producer needs to do with them. */
  | 'CREDENTIALS_REFUSED'
  /** Another producer has taken its transactional id; only a new one can go on. */
  | 'FENCED'
  /** Records wait, and none was acknowledged for `maxAgeMs` (and the longest `lingerMs`); or the latest were given up for want of an answer. */
  | 'STALLED'
  /** More than four fifths of `bufferMemory` are taken: sends will wait, or fail with `BUFFER_FULL`. */
  | 'BUFFER_NEARLY_FULL'
  /** Records wait on the local disk (policy `onUnavailable`). */
  | 'SPOOLING'

/** One reason, for programs and for people. */
export interface HealthProblem {
  readonly code: HealthProblemCode
  /** What is wrong and, where there is something to do about it, what. */
  readonly message: string
}

/** What `producer.health()` says. */
export interface ProducerHealth {
  /**
   * `ready`: an acknowledgement, or the answer to a probe, came within the bound. `degraded`: it takes records, but
   * something is to be looked at. `not-ready`: send requests elsewhere.
   */
  readonly status: 'ready' | 'degraded' | 'not-ready'
  /** What keeps it from `ready`, the gravest first; empty when nothing does. */
  readonly problems: readonly HealthProblem[]
  /** Milliseconds since a broker last answered; `undefined` before the first time. */
  readonly lastAnswerAgeMs: number | undefined
}
