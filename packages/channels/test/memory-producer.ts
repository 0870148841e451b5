import type { ProducerPort } from '@headwater/events'
import type { DeliveryError, ProducerRecord, Receipt, SendOptions } from '@headwater/producer'

/** A port that keeps what it is given, in order; `failWith` makes it refuse. */
export class MemoryProducer implements ProducerPort {
  readonly records: ProducerRecord[] = []
  readonly calls: SendOptions[] = []
  failWith: DeliveryError | undefined

  async send(record: ProducerRecord, options: SendOptions = {}): Promise<Receipt> {
    this.calls.push(options)
    if (this.failWith !== undefined) throw this.failWith
    const offset = BigInt(this.records.push(record) - 1)
    const place = { topic: record.topic, partition: 0, attempts: 1, latencyMs: 0 }
    return { kind: 'log', ...place, offset, timestamp: Number(record.timestamp), toJSON: () => ({}) }
  }

  async trySend(record: ProducerRecord, options?: SendOptions): ReturnType<ProducerPort['trySend']> {
    try {
      return { status: 'delivered', receipt: await this.send(record, options) }
    } catch (thrown) {
      const error = thrown as DeliveryError
      return { status: error.outcome, error }
    }
  }

  /** One header of one record, as a consumer that keeps the last value sees it. */
  header(index: number, name: string): string | undefined {
    return this.headers(index).findLast((each) => each[0] === name)?.[1]
  }

  headers(index: number): [string, string][] {
    const headers = this.records.at(index)?.headers
    if (!Array.isArray(headers)) throw new TypeError('the publisher hands headers over as pairs')
    return headers.map(([name, value]: [string, unknown]) => [name, String(value)])
  }
}
