import type { EventResult } from '@headwater/events'

/** What the job's exit code says about the event: 0 only when it is in the log. */
export const exitCodes: Readonly<Record<EventResult['status'] | 'usage', number>> = {
  delivered: 0,
  /** Refused, here or by a broker. Somebody has to change something. */
  rejected: 1,
  invalid: 1,
  'dead-lettered': 1,
  /** The configuration or the arguments are wrong. */
  usage: 2,
  /** Written, and never answered: it may be in the log. Running the job again publishes the same event id. */
  unknown: 3,
  /** Not in the log; nobody was there to take it. Run the job again. */
  'not-sent': 4,
  spooled: 4,
}
