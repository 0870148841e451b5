import { isHeadwaterError } from '@headwater/base'
import type { EventResult } from '@headwater/events'

/** How publishing ended, as JSON for whoever asked: where the event is, or why nobody can say that it is anywhere. */
export function describeResult(
  result: EventResult,
  about: Readonly<Record<string, string>> = {},
): Readonly<Record<string, unknown>> {
  const event = { event_id: result.eventId, ...about, status: result.status }
  const { error, receipt } = result
  if (error === undefined) return { ...event, ...receipt.toJSON() }
  return {
    ...event,
    error: { code: isHeadwaterError(error) ? error.code : 'INTERNAL', message: error.message },
  }
}
