/** One mail to send. */
export interface Mail {
  /** Number in the run, from 1. */
  readonly number: number
  /** Whose mails are sent one after the other; others may overtake. */
  readonly sender: string
  /** MAIL FROM; `<>` is the null return path of bounces. */
  readonly envelopeFrom: string
  readonly envelopeTo: string
  /** The raw mail; made anew by each call, so that a run need not hold thousands. */
  readonly bytes: () => Uint8Array
}
