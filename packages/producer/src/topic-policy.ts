import type { CompressionType } from '@headwater/protocol'
import type { TopicDeadLetterPolicy } from './dead-letter/dead-letter-policy.ts'
import type { Partitioner } from './partitioner/partitioner.ts'

/**
 * What one topic has otherwise than the producer at large; what is left out is as it is there. `acks` is not among
 * these: one request holds batches of many topics and has one `acks`, and idempotence, which is the producer's, needs
 * `'all'`. A topic that may lose records wants a producer of its own.
 */
export interface TopicPolicy {
  /** Kafka: `compression.type`. */
  readonly compressionType?: CompressionType | undefined
  /** Milliseconds that a batch of this topic waits for more records. Kafka: `linger.ms`. */
  readonly lingerMs?: number | undefined
  /** Bytes at which a batch of this topic is full. Kafka: `batch.size`. */
  readonly batchSize?: number | undefined
  /** Milliseconds from `send()` to its outcome; longer or shorter than the producer's. Kafka: `delivery.timeout.ms`. */
  readonly deliveryTimeoutMs?: number | undefined
  /** Chooses this topic's partitions. */
  readonly partitioner?: Partitioner | undefined
  /** What becomes of refused records of this topic; `false`: nothing, whatever the producer at large does. */
  readonly onRejected?: TopicDeadLetterPolicy | false | undefined
  /** `false`: records of this topic do not go to the local disk when the cluster is away, whatever the others do. */
  readonly onUnavailable?: false | undefined
}
