import { decodeBatch, errorCode, splitBatches } from '@headwater/protocol'

interface Appended {
  readonly first: number
  readonly last: number
  readonly offset: number
}

/**
 * One partition's log by the rules of Kafka's `ProducerAppendInfo` and `ProducerStateEntry`: five batches of a producer
 * are remembered, a known producer must go on where it was or begin at 0 under a higher epoch, and one of which nothing is
 * known may begin anywhere.
 */
export class ModelLog {
  readonly values: string[] = []
  readonly #producers = new Map<bigint, { epoch: number; batches: Appended[] }>()

  /** Forgets all producers, as a broker does of those that were silent for long. */
  forgetProducers(): void {
    this.#producers.clear()
  }

  /** Keeps so many records and what is known of their producers, as a replica does that lags behind and leads. */
  truncate(length: number): void {
    this.values.length = length
    for (const [id, producer] of this.#producers) {
      producer.batches = producer.batches.filter(({ offset }) => offset < length)
      if (producer.batches.length === 0) this.#producers.delete(id)
    }
  }

  /** @returns the error code, and the offset of the first record. */
  async append(records: Uint8Array): Promise<{ code: number; offset: number }> {
    const [bytes] = splitBatches(records)
    const { header, records: decoded } = await decodeBatch(bytes!)
    const { producerId, producerEpoch, baseSequence } = header
    const last = (baseSequence + header.lastOffsetDelta) % 2 ** 31
    const known = this.#producers.get(producerId)
    if (known !== undefined) {
      if (producerEpoch < known.epoch) return { code: errorCode.INVALID_PRODUCER_EPOCH, offset: -1 }
      const double = known.batches.find((batch) => batch.first === baseSequence && batch.last === last)
      if (double !== undefined && producerEpoch === known.epoch) return { code: 0, offset: double.offset }
      const expected = producerEpoch > known.epoch ? 0 : (known.batches.at(-1)!.last + 1) % 2 ** 31
      if (baseSequence !== expected) return { code: errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, offset: -1 }
    }
    const offset = this.values.length
    for (const { value } of decoded) this.values.push(value!.toString())
    const before = known !== undefined && known.epoch === producerEpoch ? known.batches.slice(-4) : []
    this.#producers.set(producerId, {
      epoch: producerEpoch,
      batches: [...before, { first: baseSequence, last, offset }],
    })
    return { code: 0, offset }
  }
}
