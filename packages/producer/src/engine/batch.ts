import {
  BatchBuilder,
  compress,
  compressionTypes,
  decodeRecords,
  type BatchProducer,
  type CompressionType,
  type DecodedRecord,
} from '@headwater/protocol'
import type { SendTrace } from '../hooks.ts'
import type { ProducerRecord } from '../producer-record.ts'
import type { Delivery } from './delivery.ts'
import { noTraces } from './hook-runner.ts'
import type { PreparedRecord } from './prepared-record.ts'

/**
 * Where a batch is on its way:
 * - `open`: takes records; the last one of its partition.
 * - `sealed`: full, or its turn has come; waits to be written for the first time.
 * - `in-flight`: written; its answer is awaited.
 * - `retry`: written, refused for now or lost with its connection; will be written again with the same bytes.
 * - `done`: settled, or given up.
 */
export type BatchState = 'open' | 'sealed' | 'in-flight' | 'retry' | 'done'

let opened = 0

/** Records of one partition that travel together, and the deliveries that wait for them. */
export class Batch {
  readonly topic: string
  readonly partition: number
  readonly createdMs: number
  /** Rises with every batch that is opened: the order in which records were taken. */
  readonly order: number
  /** For a part of a split batch: how many records of the whole stood before it. */
  readonly skipped: number
  readonly deliveries: Delivery[] = []
  state: BatchState = 'open'
  /** Bytes of `bufferMemory` that the batch holds until it is done. */
  reservedBytes = 0
  /** Id, epoch and first sequence, from the first write on; kept for every retry. */
  producer: BatchProducer | undefined
  /** Times the batch was written. */
  attempts = 0
  /** Writes that were never answered, or answered with "maybe": the batch may be in the log because of them. */
  uncertainAttempts = 0
  /** Not to be written again before this, monotonic milliseconds. */
  notBeforeMs = 0
  /** Monotonic milliseconds of the first and of the latest write. */
  firstWrittenMs: number | undefined
  lastWrittenMs = 0
  /** Kafka's name of the latest refusal, for the error of those who give up. */
  lastRefusal: string | undefined
  #builder: BatchBuilder
  #compressed: Uint8Array | undefined
  #compressing = false
  #encoded: Buffer | undefined
  #uncompressible = false
  #decoded: DecodedRecord[] | undefined

  constructor(
    topic: string,
    partition: number,
    createdMs: number,
    capacity: number | Buffer,
    order: number = opened++,
    skipped: number = 0,
  ) {
    this.topic = topic
    this.partition = partition
    this.createdMs = createdMs
    this.order = order
    this.skipped = skipped
    this.#builder = new BatchBuilder(capacity)
  }

  get recordCount(): number {
    return this.#builder.recordCount
  }

  /** Bytes of the batch before compression, header included. */
  get uncompressedBytes(): number {
    return this.#builder.sizeInBytes
  }

  /** Bytes of the batch as it travels; before it is encoded, as far as they are known. */
  get wireBytes(): number {
    return this.#encoded?.length ?? this.#compressed?.length ?? this.#builder.sizeInBytes
  }

  /** What observers keep of its records, in their order. */
  get traces(): readonly SendTrace[] {
    let traces: SendTrace[] | undefined
    for (const delivery of this.deliveries)
      if (delivery.traces.length > 0) (traces ??= []).push(...delivery.traces)
    return traces ?? noTraces
  }

  /** Takes a record if there is room for it. */
  tryAppend(record: PreparedRecord, delivery: Delivery, maxBytes: number): boolean {
    if (!this.#builder.tryAppend(record, maxBytes)) return false
    delivery.place = this
    this.deliveries.push(delivery)
    this.reservedBytes += record.sizeBound
    return true
  }

  /** Gives its memory away; only for a batch that was acknowledged, whose bytes nobody reads again. */
  releaseBuffer(): Buffer {
    return this.#builder.releaseBuffer()
  }

  /** Whether anybody still waits for a record of this batch. */
  get wanted(): boolean {
    return this.deliveries.some((delivery) => !delivery.settled)
  }

  /** Whether its records were taken after those of another. */
  isYoungerThan(other: Batch): boolean {
    return this.order === other.order ? this.skipped > other.skipped : this.order > other.order
  }

  /** Whether it may be in the log. */
  get uncertain(): boolean {
    return this.state === 'in-flight' || this.uncertainAttempts > 0
  }

  /** Leaves out the records that were given up while the batch was never written. */
  dropSettled(): void {
    if (!this.deliveries.some((delivery) => delivery.settled)) return
    const records = this.#decode()
    const kept = this.deliveries.splice(0)
    const builder = new BatchBuilder(this.#builder.sizeInBytes)
    for (const [index, delivery] of kept.entries()) {
      if (delivery.settled) continue
      builder.tryAppend({ ...records[index]!, timestamp: delivery.timestamp }, Infinity)
      this.deliveries.push(delivery)
    }
    this.#builder = builder
    this.#compressed = undefined
    this.#decoded = undefined
  }

  /** Starts compressing a batch that takes no more records; `ready` is called when that took time. */
  compressWith(type: CompressionType, ready: () => void): 'ready' | 'compressing' {
    if (type === 'none' || this.#uncompressible) return 'ready'
    if (this.#compressed !== undefined || this.#encoded !== undefined) return 'ready'
    if (!this.#compressing) this.#compress(type, ready)
    return 'compressing'
  }

  #compress(type: CompressionType, ready: () => void): void {
    this.#compressing = true
    const builder = this.#builder
    const done = (): void => {
      this.#compressing = false
      ready()
    }
    compress(type, builder.recordBytes()).then(
      (compressed) => {
        // Records may have been given up meanwhile; then it is done again without them.
        if (this.#builder === builder) this.#compressed = compressed
        done()
      },
      () => {
        // A codec that fails must not hold the records up: they travel as they are, which every broker reads.
        this.#uncompressible = true
        done()
      },
    )
  }

  /** The bytes to write: made when the batch is first written, the same for every retry. */
  encode(producer: BatchProducer, type: CompressionType): Buffer {
    if (this.#encoded !== undefined && this.producer === producer) return this.#encoded
    this.producer = producer
    this.#encoded =
      this.#compressed === undefined
        ? this.#builder.seal(producer)
        : this.#builder.sealCompressed(producer, compressionTypes[type], this.#compressed)
    return this.#encoded
  }

  /** Forgets id and sequence: the batch is surely not in the log and will be written under others. */
  detach(): void {
    this.state = 'sealed'
    this.producer = undefined
    this.#encoded = undefined
  }

  /**
   * Two batches with the halves of the records, keeping the range of sequences, for a broker that found this one too
   * large. Their memory stays counted: the halves share what the whole had reserved.
   */
  split(): readonly [Batch, Batch] {
    const records = this.#decode()
    const middle = Math.ceil(records.length / 2)
    const half = (from: number, to: number, reservedBytes: number): Batch => {
      const batch = new Batch(
        this.topic,
        this.partition,
        this.createdMs,
        this.#builder.sizeInBytes,
        this.order,
        this.skipped + from,
      )
      for (let i = from; i < to; i++) {
        batch.#builder.tryAppend({ ...records[i]!, timestamp: this.deliveries[i]!.timestamp }, Infinity)
        batch.deliveries.push(this.deliveries[i]!)
        this.deliveries[i]!.place = batch
      }
      batch.state = 'retry'
      batch.reservedBytes = reservedBytes
      batch.attempts = this.attempts
      batch.lastRefusal = this.lastRefusal
      batch.firstWrittenMs = this.firstWrittenMs
      if (this.producer !== undefined) {
        batch.producer = { ...this.producer, baseSequence: addToSequence(this.producer.baseSequence, from) }
      }
      return batch
    }
    const firstBytes = Math.floor(this.reservedBytes / 2)
    return [half(0, middle, firstBytes), half(middle, records.length, this.reservedBytes - firstBytes)]
  }

  /**
   * The record of one delivery, made from its encoded form.
   *
   * @param keep - whether it is kept for longer than this turn: others of the batch may be acknowledged, and its memory
   * be another batch's then
   */
  recordAt(index: number, keep: boolean = false): ProducerRecord {
    const found = this.#decode()[index]!
    const record = keep ? copyOf(found) : found
    return {
      topic: this.topic,
      partition: this.partition,
      key: record.key,
      value: record.value,
      headers: record.headers,
      timestamp: this.deliveries[index]!.timestamp,
    }
  }

  #decode(): DecodedRecord[] {
    if (this.#decoded?.length === this.#builder.recordCount) return this.#decoded
    const recordCount = this.#builder.recordCount
    // Offsets and timestamps are not asked of it: the deliveries know the timestamps.
    const header = {
      baseOffset: 0n,
      baseTimestamp: 0n,
      maxTimestamp: 0n,
      attributes: 0,
      recordCount,
      lastOffsetDelta: recordCount - 1,
    }
    this.#decoded = decodeRecords(this.#builder.recordBytes(), header)
    return this.#decoded
  }
}

function copyOf(record: DecodedRecord): Pick<DecodedRecord, 'key' | 'value' | 'headers'> {
  const copy = (bytes: Uint8Array | null): Buffer | null => bytes && Buffer.from(bytes)
  const headers = record.headers.map(([name, value]) => [name, copy(value)] as const)
  return { key: copy(record.key), value: copy(record.value), headers }
}

/** Sequences run from 0 to 2147483647 and start again (Java: `DefaultRecordBatch.incrementSequence`). */
export function addToSequence(sequence: number, records: number): number {
  return (sequence + records) % 2 ** 31
}
