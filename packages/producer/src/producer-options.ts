import type { Clock, ConnectionSettings, Logger } from '@headwater/base'
import type { CompressionType } from '@headwater/protocol'
import type { Kafka } from 'kafkajs'
import type { DeadLetterPolicy } from './dead-letter/dead-letter-policy.ts'
import type { ProducerHooks } from './hooks.ts'
import type { LinkFactory } from './link/link.ts'
import type { Partitioner } from './partitioner/partitioner.ts'
import type { SpoolOptions } from './spool/spool-options.ts'
import type { TopicPolicy } from './topic-policy.ts'

/** How the cluster is reached: plain settings, the caller's own kafkajs client, or an implementation of the port. */
export type ProducerConnection =
  | { readonly connection: ConnectionSettings }
  | { readonly kafka: Kafka }
  | { readonly links: LinkFactory }

/** Options of a producer. Names, meanings and units are those of Kafka's own producer, in camelCase. */
export interface ProducerTuning {
  /** Who must have a record before it counts as acknowledged. Kafka: `acks`. @defaultValue `'all'` */
  readonly acks?: 'all' | 1 | 0 | undefined
  /**
   * Milliseconds that a batch waits for more records. With 0 a batch leaves as soon as its partition has nothing in
   * flight and grows while it has, which costs a lone caller nothing. Kafka: `linger.ms`. @defaultValue 0
   */
  readonly lingerMs?: number | undefined
  /** Bytes at which a batch is full. Kafka: `batch.size`. @defaultValue 65536 */
  readonly batchSize?: number | undefined
  /** Bytes of all batches that are not settled yet. Kafka: `buffer.memory`. @defaultValue 33554432 */
  readonly bufferMemory?: number | undefined
  /** Bytes of the sends that wait for buffer space or metadata. @defaultValue the value of `bufferMemory` */
  readonly maxWaitingBytes?: number | undefined
  /** Milliseconds that a send may wait for buffer space and metadata. Kafka: `max.block.ms`. @defaultValue 60000 */
  readonly maxBlockMs?: number | undefined
  /** Milliseconds from `send()` to its outcome, all retries included. Kafka: `delivery.timeout.ms`. @defaultValue 120000 */
  readonly deliveryTimeoutMs?: number | undefined
  /** Milliseconds to wait for the answer to one request. Kafka: `request.timeout.ms`. @defaultValue 30000 */
  readonly requestTimeoutMs?: number | undefined
  /** Requests written to a broker and not yet answered. Kafka: `max.in.flight.requests.per.connection`. @defaultValue 5 */
  readonly maxInFlightRequestsPerConnection?: number | undefined
  /** Whether brokers remove the duplicates that retries make. Kafka: `enable.idempotence`. @defaultValue true */
  readonly enableIdempotence?: boolean | undefined
  /** Kafka: `compression.type`. @defaultValue `'none'` */
  readonly compressionType?: CompressionType | undefined
  /** Bytes of a request, and so of a record, at the most. Kafka: `max.request.size`. @defaultValue 1048576 */
  readonly maxRequestSize?: number | undefined
  /** Milliseconds before the first retry; doubles with each. Kafka: `retry.backoff.ms`. @defaultValue 100 */
  readonly retryBackoffMs?: number | undefined
  /** Milliseconds between retries at the most. Kafka: `retry.backoff.max.ms`. @defaultValue 1000 */
  readonly retryBackoffMaxMs?: number | undefined
  /** Milliseconds after which metadata is asked for again unprompted. Kafka: `metadata.max.age.ms`. @defaultValue 300000 */
  readonly metadataMaxAgeMs?: number | undefined
  /**
   * Makes the producer a transactional one: it writes in `transaction()` only, and a younger producer with the same id
   * fences it. Kafka: `transactional.id` (KIP-98). Default: none.
   */
  readonly transactionalId?: string | undefined
  /**
   * Milliseconds that a transaction may stay open before its coordinator aborts it; no more than the brokers'
   * `transaction.max.timeout.ms` (15 minutes). Kafka: `transaction.timeout.ms`. @defaultValue 60000
   */
  readonly transactionTimeoutMs?: number | undefined
  /** Chooses partitions; see `tenantPartitioner`. Kafka: `partitioner.class`. Default: Java's. */
  readonly partitioner?: Partitioner | undefined
  /**
   * Writes records that were refused to a dead-letter topic. Their sends still reject: with outcome `dead-lettered`, or,
   * when the dead letter cannot be written either, with `rejected` and both errors. Default: no dead letters.
   */
  readonly onRejected?: DeadLetterPolicy | undefined
  /**
   * Keeps records that cannot be sent for want of the cluster on the local disk, and sends them when it is back.
   * Default: such sends reject.
   */
  readonly onUnavailable?: SpoolOptions | undefined
  /** What single topics have otherwise, by their names. Default: nothing. */
  readonly topics?: Readonly<Record<string, TopicPolicy>> | undefined
  /** What sees the producer at work: one object or several, called in order. Default: none. */
  readonly hooks?: ProducerHooks | readonly ProducerHooks[] | undefined
  /** One that throws or rejects breaks no delivery; the process is warned once (`process.on('warning')`). Default: says nothing. */
  readonly logger?: Logger | undefined
  /** Default: the computer's clock. */
  readonly clock?: Clock | undefined
}

/** What {@link createProducer} takes. */
export type ProducerOptions = ProducerConnection & ProducerTuning
