import type { BatchHeader, ControlBatchInput } from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'
import { advanceSequence } from './sequence.ts'

/** As many batches as an idempotent producer may have in flight (`ProducerStateEntry.NUM_BATCHES_TO_RETAIN`). */
const batchesToRetain = 5

/** Nothing of the producer stands in the log. */
const unknownEpoch = -1

const noTimestamp = -1n

/** A batch that was appended, as far as telling its double needs it. */
export interface AppendedBatch {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly baseOffset: bigint
  readonly timestamp: bigint
}

/**
 * What one partition remembers of one producer: its epoch and the last five batches
 * (`ProducerStateEntry` and `ProducerAppendInfo`). It belongs to the log, so it moves with the leader.
 */
export class ProducerState {
  #epoch = unknownEpoch
  #batches: AppendedBatch[] = []
  #lastTimestamp = noTimestamp
  #coordinatorEpoch = unknownEpoch

  get epoch(): number {
    return this.#epoch
  }

  get batches(): readonly AppendedBatch[] {
    return this.#batches
  }

  /** Of the newest batch or marker. */
  get lastTimestamp(): bigint {
    return this.#lastTimestamp
  }

  /** Who wrote the newest marker, or -1. */
  get coordinatorEpoch(): number {
    return this.#coordinatorEpoch
  }

  /** The batch that this one repeats: same epoch, same range of sequences, among the last five. */
  findDuplicate(batch: BatchHeader): AppendedBatch | undefined {
    if (batch.producerEpoch !== this.#epoch) return undefined
    const last = advanceSequence(batch.baseSequence, batch.lastOffsetDelta)
    return this.#batches.find(
      (known) => known.firstSequence === batch.baseSequence && known.lastSequence === last,
    )
  }

  /** Throws unless the batch may follow. A producer of which nothing is known may begin anywhere. */
  assertInSequence(batch: BatchHeader): void {
    if (batch.producerEpoch < this.#epoch) {
      throw new Refusal(
        'INVALID_PRODUCER_EPOCH',
        `Epoch of producer ${batch.producerId} is ${batch.producerEpoch}, which is smaller than the last seen epoch ${this.#epoch}`,
      )
    }
    if (this.#epoch === unknownEpoch) return
    const last = batch.producerEpoch === this.#epoch ? this.#batches.at(-1) : undefined
    const expected = last === undefined ? 0 : advanceSequence(last.lastSequence, 1)
    if (batch.baseSequence !== expected) {
      throw new Refusal(
        'OUT_OF_ORDER_SEQUENCE_NUMBER',
        `Out of order sequence number for producer ${batch.producerId}: ${batch.baseSequence} (incoming sequence), ${expected} (expected)`,
      )
    }
  }

  /** Remembers a batch that now stands in the log. */
  remember(batch: BatchHeader, baseOffset: bigint): void {
    this.#raiseEpoch(batch.producerEpoch)
    this.#batches.push({
      firstSequence: batch.baseSequence,
      lastSequence: advanceSequence(batch.baseSequence, batch.lastOffsetDelta),
      baseOffset,
      timestamp: batch.maxTimestamp,
    })
    if (this.#batches.length > batchesToRetain) this.#batches.shift()
    this.#lastTimestamp = batch.maxTimestamp
  }

  /** Remembers a marker that now stands in the log. */
  rememberMarker({ producerEpoch, coordinatorEpoch }: ControlBatchInput, timestamp: bigint): void {
    this.#raiseEpoch(producerEpoch)
    this.#coordinatorEpoch = coordinatorEpoch
    this.#lastTimestamp = timestamp
  }

  /** A new epoch, of a batch or of a marker, makes the batches of the one before void. */
  #raiseEpoch(epoch: number): void {
    if (epoch !== this.#epoch) this.#batches = []
    this.#epoch = epoch
  }
}
