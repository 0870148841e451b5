import { TextDecoder, types } from 'node:util'
import type { Attributes } from '@opentelemetry/api'

/** What Kafka allows; a record that is refused for its topic's name must not name a span. */
const topicName = /^(?!\.{1,2}$)[\w.-]{1,249}$/

/** Whether a topic may stand in the name of a span. */
export function isTopicName(topic: unknown): topic is string {
  return typeof topic === 'string' && topicName.test(topic)
}

/** `send orders`; without a legal topic, the operation alone. */
export function spanName(operation: string, topic: string | undefined): string {
  return topic === undefined ? operation : `${operation} ${topic}`
}

/** What all spans of one operation on one topic say. */
export function operationAttributes(
  operation: 'send' | 'process',
  topic: string | undefined,
  clientId: string,
): Attributes {
  return {
    'messaging.system': 'kafka',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    'messaging.client.id': clientId,
    ...(topic !== undefined && { 'messaging.destination.name': topic }),
  }
}

/** Where a record is; a partition below 0 is none. */
export function placeAttributes(
  partition: number | undefined,
  offset: bigint | number | string | undefined,
): Attributes {
  const at = offset === undefined ? undefined : Number(offset)
  return {
    ...(partition !== undefined &&
      partition >= 0 && { 'messaging.destination.partition.id': `${partition}` }),
    // An attribute is a double; an offset that none holds is left out rather than told wrong.
    ...(Number.isSafeInteger(at) && { 'messaging.kafka.offset': at }),
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** What of a message is recorded: whether it deletes its key, and the key itself where that is wanted and is text. */
export function messageAttributes(
  message: { readonly key?: unknown; readonly value?: unknown },
  recordKeys: boolean,
): Attributes {
  const key = recordKeys ? keyText(message.key) : undefined
  return {
    ...(message.value === null && { 'messaging.kafka.message.tombstone': true }),
    ...(key !== undefined && { 'messaging.kafka.message.key': key }),
  }
}

function keyText(key: unknown): string | undefined {
  if (typeof key === 'string') return key
  if (!types.isUint8Array(key)) return undefined
  try {
    return utf8.decode(key)
  } catch {
    // Bytes that are no text have no form that one could search for; the conventions leave them out.
    return undefined
  }
}
