import type { DeadLetterTopic, RejectedRecord } from './dead-letter-policy.ts'

/** One dead-letter topic a service: `orders` gives `orders-dlq`. For {@link TopicDeadLetterPolicy.topic}. */
export function toServiceDlq(service: string): string {
  return `${service}-dlq`
}

/** One dead-letter topic a topic: `orders` gives `orders.dlq`. For {@link TopicDeadLetterPolicy.topic}. */
export const toDlqTopic: DeadLetterTopic = (rejected) => suffixed(rejected, '.dlq')

/** The same with the name that Spring Kafka gives: `orders` gives `orders-dlt`. For {@link TopicDeadLetterPolicy.topic}. */
export const toDltTopic: DeadLetterTopic = (rejected) => suffixed(rejected, '-dlt')

/** A dead-letter topic is its own: there are no dead letters of dead letters. */
function suffixed({ topic }: RejectedRecord, suffix: string): string {
  return topic.endsWith(suffix) ? topic : topic + suffix
}
