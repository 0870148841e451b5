/** Proof that a record is where it should be. */
export interface Receipt {
  /** `'log'`: in Kafka's log. `'spool'`: on the local disk, to be sent later (policy `onUnavailable`). */
  readonly kind: 'log' | 'spool'
  readonly topic: string
  /** For a spooled record whose partition is chosen when it is sent: -1. */
  readonly partition: number
  /**
   * The record's offset. `undefined` only with acks 0 (nobody answers), and where the broker answers that it has the
   * record already without saying where; and for spooled records.
   */
  readonly offset: bigint | undefined
  /** The record's timestamp in the log, milliseconds since the epoch. */
  readonly timestamp: number
  /** How often the record was written to a broker, 1 when all went well. */
  readonly attempts: number
  /** Milliseconds from `send()` to the acknowledgement. */
  readonly latencyMs: number
  /** The receipt with the offset as text, for JSON. */
  toJSON(): Record<string, unknown>
}

/** Makes a receipt for a record in the log. One class, so that a receipt costs one object and no closures. */
export class LogReceipt implements Receipt {
  readonly kind = 'log'
  readonly topic: string
  readonly partition: number
  readonly offset: bigint | undefined
  readonly timestamp: number
  readonly attempts: number
  readonly latencyMs: number

  constructor(fields: Omit<Receipt, 'kind' | 'toJSON'>) {
    this.topic = fields.topic
    this.partition = fields.partition
    this.offset = fields.offset
    this.timestamp = fields.timestamp
    this.attempts = fields.attempts
    this.latencyMs = fields.latencyMs
  }

  toJSON(): Record<string, unknown> {
    const { kind, topic, partition, offset, timestamp, attempts, latencyMs } = this
    return { kind, topic, partition, offset: offset?.toString(), timestamp, attempts, latencyMs }
  }
}

/** Makes a receipt for a record on the local disk. */
export class SpoolReceipt implements Receipt {
  readonly kind = 'spool'
  readonly topic: string
  readonly partition: number
  readonly offset: undefined
  readonly timestamp: number
  readonly attempts: number
  readonly latencyMs: number

  constructor(fields: Omit<Receipt, 'kind' | 'offset' | 'toJSON'>) {
    this.topic = fields.topic
    this.partition = fields.partition
    this.timestamp = fields.timestamp
    this.attempts = fields.attempts
    this.latencyMs = fields.latencyMs
  }

  toJSON(): Record<string, unknown> {
    const { kind, topic, partition, timestamp, attempts, latencyMs } = this
    return { kind, topic, partition, timestamp, attempts, latencyMs }
  }
}
