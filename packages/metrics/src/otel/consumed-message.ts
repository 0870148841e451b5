import type { MessageHeaders } from './message-headers.ts'

/** What of a message is looked at; its value only for whether it is a tombstone. */
export interface MessageFields {
  readonly headers?: MessageHeaders | undefined
  readonly offset?: bigint | number | string | undefined
  readonly key?: Uint8Array | string | null | undefined
  readonly value?: unknown
}

/** A message as it comes from a consumer: kafkajs's `EachMessagePayload`, or its topic and headers as plain fields. */
export type ConsumedMessage =
  | { readonly topic: string; readonly partition?: number | undefined; readonly message: MessageFields }
  | ({ readonly topic: string; readonly partition?: number | undefined } & MessageFields)

/** More about one processing. */
export interface ProcessOptions {
  /** Name of the consumer group: `messaging.consumer.group.name`. Default: it is not told. */
  readonly consumerGroup?: string | undefined
}

/** Either form of a message as one. */
export interface Consumed extends MessageFields {
  readonly topic: string
  readonly partition: number | undefined
}

export function toConsumed(consumed: ConsumedMessage): Consumed {
  const { topic, partition } = consumed
  const { headers, offset, key, value } = 'message' in consumed ? consumed.message : consumed
  return { topic, partition, headers, offset, key, value }
}
