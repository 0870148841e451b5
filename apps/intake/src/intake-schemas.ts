import { readEmailReceivedSchema, webFormSchema, whatsAppSchemas } from '@headwater/channels'
import type { Config } from '@headwater/config'
import type { AvroCodecOptions } from '@headwater/schemas'

/** The schemas of the channels that the configuration opens, by what the channels ask the codec for. */
export function intakeSchemas({
  channels,
  topics,
}: Pick<Config, 'channels' | 'topics'>): AvroCodecOptions['topics'] {
  const topic = topics.rawMessages
  return {
    [topic]: readEmailReceivedSchema(),
    ...(channels.whatsAppAppSecrets === undefined ? {} : whatsAppSchemas({ topic })),
    ...(channels.forms === undefined ? {} : { 'ingestion.form_submitted': webFormSchema(topic) }),
  }
}
