import {
  batchAttribute,
  batchField,
  crc32c,
  encodeControlBatch,
  readBatchHeader,
  type ControlBatchInput,
} from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'
import type { CheckedBatch } from './check-batch.ts'
import { ProducerState } from './producer-state.ts'
import { TransactionIndex, type AbortedTransaction } from './transaction-index.ts'

/** A batch as it stands in the log: the producer's bytes with offset and leader epoch written in. */
export interface StoredBatch {
  readonly baseOffset: bigint
  readonly lastOffset: bigint
  readonly maxTimestamp: bigint
  /** What its age is counted from: its largest timestamp or, without one, when it came. */
  readonly agesFromMs: number
  readonly leaderEpoch: number
  readonly bytes: Buffer
}

/** What an append came to. */
export interface Appended {
  readonly baseOffset: bigint
  /** -1 unless the broker stamped the batch. */
  readonly logAppendTimeMs: bigint
  /** The batch stood in the log already; nothing was written. */
  readonly duplicate: boolean
}

/** What the log tells of a producer (`UnifiedLog.activeProducers`); -1 stands for nothing. */
export interface ActiveProducer {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly lastSequence: number
  /** Of its newest batch or marker. */
  readonly lastTimestamp: bigint
  /** Who wrote the newest marker. */
  readonly coordinatorEpoch: number
  /** Where its open transaction begins. */
  readonly currentTxnStartOffset: bigint
}

const noProducerId = -1n
const noSequence = -1
const noOffset = -1n

/** The log of one partition. All replicas share it: replication is instant, so the high watermark is its end. */
export class PartitionLog {
  #batches: StoredBatch[] = []
  #startOffset = 0n
  #endOffset = 0n
  #sizeInBytes = 0
  readonly #producers = new Map<bigint, ProducerState>()
  readonly #transactions = new TransactionIndex()

  /** The first offset that can be read. */
  get startOffset(): bigint {
    return this.#startOffset
  }

  /** The offset that the next record gets; also the high watermark. */
  get endOffset(): bigint {
    return this.#endOffset
  }

  /** Up to here no transaction is open: where consumers stop that read what is committed. */
  get lastStableOffset(): bigint {
    const open = this.#transactions.firstOpenOffset
    if (open === undefined) return this.#endOffset
    return open > this.#startOffset ? open : this.#startOffset
  }

  get sizeInBytes(): number {
    return this.#sizeInBytes
  }

  get batches(): readonly StoredBatch[] {
    return this.#batches
  }

  /** What the log remembers of a producer. */
  producer(producerId: bigint): ProducerState | undefined {
    return this.#producers.get(producerId)
  }

  /**
   * Appends a checked batch, or recognises it. The bytes are copied, so that they do not keep the request alive.
   *
   * @param nowMs - when it came
   * @param stampMs - the time to write into the batch when the topic has LogAppendTime
   * @throws Refusal - for a sequence or an epoch that may not follow, or a batch that is none of an open transaction
   */
  append(
    { header, bytes }: CheckedBatch,
    leaderEpoch: number,
    nowMs: number,
    stampMs: number | undefined,
  ): Appended {
    const producer = this.#producerOf(header.producerId)
    const duplicate = producer?.findDuplicate(header)
    if (duplicate !== undefined) {
      return { baseOffset: duplicate.baseOffset, logAppendTimeMs: duplicate.timestamp, duplicate: true }
    }
    producer?.assertInSequence(header)
    const transactional = (header.attributes & batchAttribute.transactional) !== 0
    if (!transactional && this.#transactions.isOpen(header.producerId)) {
      throw new Refusal(
        'INVALID_TXN_STATE',
        `Expected transactional write from producer ${header.producerId}`,
      )
    }
    const baseOffset = this.#endOffset
    const stored = Buffer.allocUnsafeSlow(bytes.length)
    stored.set(bytes)
    stored.writeBigInt64BE(baseOffset, batchField.baseOffset)
    stored.writeInt32BE(leaderEpoch, batchField.partitionLeaderEpoch)
    if (stampMs !== undefined) stamp(stored, header.attributes, stampMs)
    const maxTimestamp = stampMs === undefined ? header.maxTimestamp : BigInt(stampMs)
    const lastOffset = baseOffset + BigInt(header.lastOffsetDelta)
    const agesFromMs = maxTimestamp < 0n ? nowMs : Number(maxTimestamp)
    this.#push({ baseOffset, lastOffset, maxTimestamp, agesFromMs, leaderEpoch, bytes: stored })
    if (transactional) this.#transactions.add(header.producerId, baseOffset)
    if (producer !== undefined) {
      producer.remember({ ...header, maxTimestamp }, baseOffset)
      this.#producers.set(header.producerId, producer)
    }
    return { baseOffset, logAppendTimeMs: stampMs === undefined ? -1n : BigInt(stampMs), duplicate: false }
  }

  /**
   * Ends a producer's transaction here: the marker takes an offset, even where the transaction has no records. One of
   * an older epoch than the log has seen is not written.
   */
  appendMarker(marker: ControlBatchInput, leaderEpoch: number): void {
    const { producerId, producerEpoch } = marker
    const producer = this.#producerOf(producerId) ?? new ProducerState()
    if (producerEpoch < producer.epoch) return
    const offset = this.#endOffset
    const bytes = encodeControlBatch(marker)
    bytes.writeBigInt64BE(offset, batchField.baseOffset)
    bytes.writeInt32BE(leaderEpoch, batchField.partitionLeaderEpoch)
    const { maxTimestamp } = readBatchHeader(bytes)
    const agesFromMs = Number(maxTimestamp)
    this.#push({ baseOffset: offset, lastOffset: offset, maxTimestamp, agesFromMs, leaderEpoch, bytes })
    this.#transactions.end(producerId, offset, marker.type === 'abort')
    producer.rememberMarker(marker, maxTimestamp)
    this.#producers.set(producerId, producer)
  }

  /** Every producer that the log remembers. */
  activeProducers(): ActiveProducer[] {
    return Array.from(this.#producers, ([producerId, producer]) => ({
      producerId,
      producerEpoch: producer.epoch,
      lastSequence: producer.batches.at(-1)?.lastSequence ?? noSequence,
      lastTimestamp: producer.lastTimestamp,
      coordinatorEpoch: producer.coordinatorEpoch,
      currentTxnStartOffset: this.#transactions.openedAt(producerId) ?? noOffset,
    }))
  }

  /** Whether a producer in this epoch has records here that are neither committed nor aborted. */
  isInTransaction(producerId: bigint, producerEpoch: number): boolean {
    return this.#transactions.isOpen(producerId) && this.#producers.get(producerId)?.epoch === producerEpoch
  }

  /** The aborted transactions that reach into a range of offsets. */
  abortedIn(from: bigint, before: bigint): AbortedTransaction[] {
    return this.#transactions.abortedIn(from, before)
  }

  /**
   * Whole batches from the one that holds `offset` on, as many as fit into `maxBytes`.
   *
   * @param atLeastOne - whether the first one is given even if it is larger (KIP-74)
   * @param before - where to stop. Default: the end.
   */
  read(
    offset: bigint,
    maxBytes: number,
    atLeastOne: boolean,
    before: bigint = this.#endOffset,
  ): StoredBatch[] {
    const found: StoredBatch[] = []
    let bytes = 0
    for (let at = this.indexOf(offset); at < this.#batches.length; at++) {
      const batch = this.#batches[at]!
      if (batch.lastOffset >= before) break
      bytes += batch.bytes.length
      if (bytes > maxBytes && !(atLeastOne && found.length === 0)) break
      found.push(batch)
    }
    return found
  }

  /** How many bytes a fetch from `offset` could get. */
  bytesFrom(offset: bigint, maxBytes: number, before: bigint = this.#endOffset): number {
    let bytes = 0
    for (let at = this.indexOf(offset); at < this.#batches.length && bytes < maxBytes; at++) {
      const batch = this.#batches[at]!
      if (batch.lastOffset >= before) break
      bytes += batch.bytes.length
    }
    return Math.min(bytes, maxBytes)
  }

  /** The index of the batch that holds `offset`, or of the first one after it. */
  indexOf(offset: bigint): number {
    let low = 0
    let high = this.#batches.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#batches[middle]!.lastOffset < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Moves the start of the log; batches that end before it are dropped. What is known of producers stays. */
  deleteBefore(offset: bigint): void {
    if (offset <= this.#startOffset) return
    this.#startOffset = offset
    const dropped = this.#batches.splice(0, this.indexOf(offset))
    for (const batch of dropped) this.#sizeInBytes -= batch.bytes.length
    this.#transactions.deleteBefore(offset)
  }

  #push(batch: StoredBatch): void {
    this.#batches.push(batch)
    this.#endOffset = batch.lastOffset + 1n
    this.#sizeInBytes += batch.bytes.length
  }

  #producerOf(producerId: bigint): ProducerState | undefined {
    if (producerId === noProducerId) return undefined
    return this.#producers.get(producerId) ?? new ProducerState()
  }
}

/** Writes the broker's time into a batch (`message.timestamp.type=LogAppendTime`); this changes its CRC. */
function stamp(batch: Buffer, attributes: number, stampMs: number): void {
  batch.writeBigInt64BE(BigInt(stampMs), batchField.maxTimestamp)
  batch.writeInt16BE(attributes | batchAttribute.logAppendTime, batchField.attributes)
  batch.writeUInt32BE(crc32c(batch, batchField.attributes), batchField.crc)
}
