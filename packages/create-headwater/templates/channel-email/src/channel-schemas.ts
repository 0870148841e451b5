import { readEmailReceivedSchema } from '@headwater/channels'

/** The schema of mails, by the topic that they go to. */
export function channelSchemas(topic: string): Readonly<Record<string, string>> {
  return { [topic]: readEmailReceivedSchema() }
}
