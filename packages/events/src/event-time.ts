import { EventError } from './event-error.ts'

/**
 * When an event happened, in milliseconds since the epoch.
 *
 * @throws EventError `INVALID_EVENT_OPTION`
 */
export function eventTimeMs(time: number | Date | undefined, nowMs: number): number {
  const timeMs = time instanceof Date ? time.getTime() : (time ?? nowMs)
  // The bounds of a JavaScript date are tighter than a Kafka timestamp's; negative times are none to Kafka.
  if (timeMs >= 0 && timeMs <= 8.64e15) return Math.trunc(timeMs)
  throw new EventError('INVALID_EVENT_OPTION', 'time is not a date between 1970 and the year 275760')
}
