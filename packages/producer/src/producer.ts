import type { DeliveryError, FailedOutcome } from './delivery-error.ts'
import type { ProducerHealth } from './health.ts'
import type { ProducerRecord } from './producer-record.ts'
import type { Receipt } from './receipt.ts'
import type { ProducerStats } from './stats.ts'
import type { Transaction, TransactionOptions } from './transaction/transaction.ts'

/** Options of one call. */
export interface SendOptions {
  /** Shortens the `deliveryTimeoutMs` of the producer (or of the topic) for this call, in milliseconds. */
  readonly deliveryTimeoutMs?: number | undefined
  /** Gives the call up: it rejects with `ABORTED` and outcome `not-sent` or `unknown`. */
  readonly signal?: AbortSignal | undefined
}

/** Options of one {@link Producer.trySend}. */
export interface TrySendOptions extends SendOptions {
  /** `false`: never wait for buffer space, fail with `BUFFER_FULL` at once. @defaultValue true */
  readonly wait?: boolean | undefined
}

/** A send as a value. */
export type SendResult =
  | { readonly status: 'delivered'; readonly receipt: Receipt; readonly error?: undefined }
  | { readonly status: 'spooled'; readonly receipt: Receipt; readonly error?: undefined }
  | { readonly status: FailedOutcome; readonly receipt?: undefined; readonly error: DeliveryError }

/** A record that closing left undelivered. */
export interface UndeliveredRecord {
  readonly record: ProducerRecord
  readonly error: DeliveryError
}

/** What {@link Producer.close} resolves with. */
export interface CloseResult {
  /** The records that were not delivered, with their outcomes; empty when all went well. */
  readonly undelivered: readonly UndeliveredRecord[]
}

/**
 * Puts records into Kafka and proves it: a send that resolves is in the log, at the offset of its receipt. One
 * producer serves a whole process; it is safe to call from everywhere at once. Made by `createProducer`.
 */
export interface Producer extends AsyncDisposable {
  /**
   * Sends one record. Records of one partition are written in the order of the calls.
   *
   * @throws {@link DeliveryError} (as a rejection) when the record was not delivered; its `outcome` says where it is.
   */
  send(record: ProducerRecord, options?: SendOptions): Promise<Receipt>
  /** The same as a value; never rejects. */
  trySend(record: ProducerRecord, options?: TrySendOptions): Promise<SendResult>
  /** Sends many records; one result a record, in input order; never rejects. Not atomic. */
  sendMany(records: readonly ProducerRecord[], options?: SendOptions): Promise<SendResult[]>
  /** Sends without waiting. `false` when the record could not be taken (counted in `stats().refused`); failures reach `onSettled`. */
  post(record: ProducerRecord): boolean
  /**
   * Runs `work` in a transaction (KIP-98): commits when it returns, aborts when it throws, and gives back what it gave.
   * Needs the option `transactionalId`; the producer then writes in transactions only. They run one after the other: a
   * call waits for its turn up to `maxBlockMs`, so one that is made and awaited inside of another's work fails. `work`
   * may run while the coordinator has aborted the transaction already (`transactionTimeoutMs`); it hears of that at the
   * latest when it returns.
   *
   * @throws whatever `work` throws, once the transaction is aborted; if aborting failed, too, `abortFailure` on that
   * error says why. Else a HeadwaterError (as a rejection): `TRANSACTION_ABORTED`, nothing of it will be seen, with
   * the reason as cause; `TRANSACTION_UNKNOWN`, the commit was written and never answered within `maxBlockMs`;
   * `PRODUCER_FENCED`, a younger producer has the same transactional id, and all later calls fail likewise;
   * `TRANSACTION_BUSY`, its turn did not come; `ABORTED`, by the signal; `TRANSACTIONS_OFF`, there is no
   * `transactionalId`; `NOT_READY`, no coordinator gave a producer id; `PRODUCER_CLOSED`; or Kafka's name of a refusal.
   */
  transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>
  /**
   * Resolves when every record taken before the call is settled, whatever the outcome.
   *
   * @throws HeadwaterError (as a rejection) `FLUSH_TIMEOUT` with the number of records left; `ABORTED` by the signal;
   * `INVALID_OPTIONS` when `timeoutMs` is no wait. `Infinity` is as long as it takes.
   */
  flush(options?: {
    readonly timeoutMs?: number | undefined
    readonly signal?: AbortSignal | undefined
  }): Promise<void>
  /**
   * Resolves when brokers have shown within the last `maxAgeMs` milliseconds (default: 5000) that they answer, and, with
   * idempotence, a producer id is taken. While records are acknowledged that costs nothing; an idle producer asks. So it
   * serves at start, to connect before the first send, and as a readiness check for as long as the process runs. What
   * was shown before the last connection was lost does not count.
   *
   * @throws HeadwaterError (as a rejection) `NOT_READY` after `timeoutMs`, or at once when the brokers refuse the
   * credentials, with the last failure as cause; `PRODUCER_CLOSED` when the producer is closed; `INVALID_OPTIONS` when
   * an option is no number of milliseconds.
   */
  ready(options?: {
    readonly timeoutMs?: number | undefined
    readonly maxAgeMs?: number | undefined
  }): Promise<void>
  /**
   * Stops the intake, delivers what it can within `timeoutMs` milliseconds (default: the longest `deliveryTimeoutMs`), and hands
   * back what it could not, keys and values as bytes. No socket and no timer survives. Idempotent: a second call gets
   * the same promise. `await using` closes, too, and throws `UNDELIVERED` with the records that are left, unless the
   * producer was closed before.
   *
   * @throws HeadwaterError `INVALID_OPTIONS` (as a rejection) when `timeoutMs` is no wait; the producer goes on then.
   * `Infinity` is as long as it takes.
   */
  close(options?: { readonly timeoutMs?: number | undefined }): Promise<CloseResult>
  /**
   * How the producer is, with reasons; rejects for nothing that the producer or a broker does. Ready means that an
   * acknowledgement came, or a probe was answered, within the last `maxAgeMs` milliseconds (default: 5000); a probe may
   * take up to `timeoutMs` (default: 2000). Calls at the same time share one probe.
   *
   * @throws HeadwaterError `INVALID_OPTIONS` (as a rejection) when one of these is no number of milliseconds.
   */
  health(options?: {
    readonly timeoutMs?: number | undefined
    readonly maxAgeMs?: number | undefined
  }): Promise<ProducerHealth>
  /** What the producer has done so far and holds now. */
  stats(): ProducerStats
}
