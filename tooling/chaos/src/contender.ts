/**
 * A client library as chaos sees it: one small adapter each, in its best documented settings. An adapter is a module
 * that exports `contender`; Headwater's is `headwater.ts`, those of the others are in `peers/`.
 */
export interface Contender {
  /** How tables call it. */
  readonly name: string
  /** Of the library, as it is installed. */
  readonly version: string
  /** Connects; resolves when sends can begin. */
  open(options: ContenderOptions): Promise<OpenContender>
}

/** What every contender gets alike. */
export interface ContenderOptions {
  /** `host:port`, separated by commas. */
  readonly bootstrapServers: string
  /** Milliseconds from a send to its outcome, however the library calls that. */
  readonly deliveryTimeoutMs: number
  /** Given when {@link OpenContender.transaction} is what will be called. */
  readonly transactionalId?: string | undefined
}

/** One record to send. */
export interface ContenderRecord {
  readonly topic: string
  readonly key: string
  readonly value: Buffer
  readonly partition?: number
}

/** A contender that is connected. */
export interface OpenContender {
  /** Resolves when the record is acknowledged, and rejects with an `Error` in every other case. */
  send(record: ContenderRecord): Promise<void>
  /** Resolves when the transaction with these records is committed; left out by who has no transactions. */
  transaction?(records: readonly Omit<ContenderRecord, 'partition'>[]): Promise<void>
  close(): Promise<void>
}
