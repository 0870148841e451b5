import type { ProducerRecord } from '../producer-record.ts'
import type { SendOptions, SendResult } from '../producer.ts'
import type { Receipt } from '../receipt.ts'

/** The last record of a partition that was consumed and dealt with. */
export interface ConsumedRecord {
  readonly topic: string
  readonly partition: number
  /**
   * Offset of the record itself. What is committed is the next one, as Kafka wants it; adding one is not the caller's
   * business. A string of digits, as kafkajs gives it, is as good as a bigint.
   */
  readonly offset: bigint | string
}

/** As which member of its group a consumer speaks (KIP-447): one that was replaced meanwhile is refused. */
export interface GroupMetadata {
  readonly memberId: string
  readonly generationId: number
  /** Kafka: `group.instance.id`. Default: the member is dynamic. */
  readonly groupInstanceId?: string | null | undefined
}

/** What {@link Transaction.commitConsumed} takes. */
export interface ConsumedOffsets {
  /** Kafka: `group.id`. */
  readonly group: string
  /** Several records of one partition are allowed; the newest counts. */
  readonly consumed: readonly ConsumedRecord[]
  /**
   * Default: none, and no zombie of the group is refused. Without it two consumers that both believe to own a partition
   * may both commit; so leave it out only where one transactional id belongs to one partition.
   */
  readonly groupMetadata?: GroupMetadata | undefined
}

/** Options of one `Producer.transaction`. */
export interface TransactionOptions {
  /** Gives the transaction up: it is aborted, and the call rejects with `ABORTED`. Too late once the commit was written. */
  readonly signal?: AbortSignal | undefined
}

/**
 * What the work of one transaction writes with, from the start of the work to its end. All of it is seen by
 * `read_committed` consumers, or nothing (KIP-98).
 */
export interface Transaction {
  /**
   * Sends one record. The receipt says where it stands in the log; whether consumers may see it is decided at the end.
   * A record that fails ends the transaction: it can only be aborted, even if nobody looks at the rejection. Hence a
   * send need not be awaited; the commit waits for all.
   *
   * @throws {@link DeliveryError} (as a rejection): `TRANSACTION_ABORTED` when the transaction was lost before the record
   * was written, `TRANSACTION_ENDED` after its end, and all that `Producer.send` has.
   */
  send(record: ProducerRecord, options?: SendOptions): Promise<Receipt>
  /** Sends many records; one result a record, in input order; never rejects. One failure ends the transaction. */
  sendMany(records: readonly ProducerRecord[], options?: SendOptions): Promise<SendResult[]>
  /**
   * Commits what was consumed with what is produced, or neither: between a topic read and a topic written, on one
   * cluster, each record then counts once. The consumer must not commit by itself. Up to `maxBlockMs`.
   *
   * @throws HeadwaterError (as a rejection), after which the transaction can only be aborted: `INVALID_OFFSETS`; Kafka's
   * `ILLEGAL_GENERATION`, `UNKNOWN_MEMBER_ID` or `FENCED_INSTANCE_ID` when the group has given the partitions to another
   * member; `TRANSACTION_ABORTED`; `TRANSACTION_ENDED`.
   */
  commitConsumed(offsets: ConsumedOffsets): Promise<void>
}
