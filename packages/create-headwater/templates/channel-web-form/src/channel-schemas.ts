import { webFormSchema } from '@headwater/channels'
import type { EventSchema } from '@headwater/events'

/** The schema of submissions, by event type, since other events may share their topic. */
export function channelSchemas(topic: string): Readonly<Record<string, EventSchema>> {
  return { 'ingestion.form_submitted': webFormSchema(topic) }
}
