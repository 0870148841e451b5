import { once } from 'node:events'
import { createProducer } from '@headwater/producer'
import { CodecError, createAvroCodec, createRegistry, type AvroCodec } from '@headwater/schemas'
import { Kafka, logLevel, type Consumer } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BrokerBench } from './broker/broker-bench.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'

const order = (...more: readonly object[]): object => ({
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [{ name: 'id', type: 'string' }, ...more],
})
const count = { name: 'count', type: 'int' }
/** Later the note is new and the gift is gone: each side has what the other does not. */
const earlier = order(count, { name: 'gift', type: 'boolean', default: false })
const later = order(count, { name: 'note', type: ['null', 'string'], default: null })
/** Not a version of theirs: it came under another subject into the same topic. */
const foreign = order({ name: 'count', type: 'string' })

/** What a consumer made of a record: its value, a tombstone's null, or the code of the error. */
type Seen = object | null | string

const timeoutMs = 60_000

/**
 * Records of several versions of a schema from a producer through Kafka to consumers of either version, with the frames
 * and the registry that are there. Compatible is what both can read, which BACKWARD alone does not promise.
 */
export function describeSchemaVersions(
  getCluster: () => ClusterUnderTest,
  getRegistryUrl: () => string,
): void {
  let bench: BrokerBench

  beforeAll(() => {
    bench = new BrokerBench(getCluster())
  })
  afterAll(() => bench.close())

  /** As a process of its own: it shares no cache with others. */
  const codecOf = (topic: string, schema: object, subject = `${topic}-value`): Promise<AvroCodec> =>
    createAvroCodec({
      registry: createRegistry({ url: getRegistryUrl() }),
      topics: { [topic]: { schema, subject } },
    })
  const send = async (topic: string, ...values: readonly (Uint8Array | null)[]): Promise<void> => {
    const connection = { brokers: [...bench.cluster.brokers], clientId: 'versions' }
    await using producer = createProducer({ connection })
    await Promise.all(values.map((value) => producer.send({ topic, key: 'k', value })))
  }

  describe('consumers of two versions', () => {
    it(
      'read the records of both, each in its own shape, also of a version that is registered while they run',
      { timeout: timeoutMs },
      async () => {
        const { name: topic } = await bench.topic()
        const first = await codecOf(topic, earlier)
        await send(topic, first.encode(topic, { id: 'a', count: 1, gift: true }))
        await using old = await Reader.start(bench, topic, first)
        await old.until(1)
        const second = await codecOf(topic, later)
        await using young = await Reader.start(bench, topic, second)
        await send(
          topic,
          second.encode(topic, { id: 'b', count: 2, note: 'new' }),
          null,
          first.encode(topic, { id: 'c', count: 3, gift: false }),
        )
        expect(await old.until(4)).toEqual([
          { id: 'a', count: 1, gift: true },
          { id: 'b', count: 2, gift: false },
          null,
          { id: 'c', count: 3, gift: false },
        ])
        expect(await young.until(4)).toEqual([
          { id: 'a', count: 1, note: null },
          { id: 'b', count: 2, note: 'new' },
          null,
          { id: 'c', count: 3, note: null },
        ])
      },
    )

    it(
      'are told of the record that they cannot read, and read those after it',
      { timeout: timeoutMs },
      async () => {
        const { name: topic } = await bench.topic()
        const first = await codecOf(topic, earlier)
        const other = await codecOf(topic, foreign, `${topic}-foreign`)
        const good = first.encode(topic, { id: 'a', count: 1, gift: true })
        const torn = good.subarray(0, good.length - 1)
        await send(topic, other.encode(topic, { id: 'x', count: 'many' }), torn, Buffer.from('text'), good)
        await using reader = await Reader.start(bench, topic, await codecOf(topic, earlier))
        expect(await reader.until(4)).toEqual([
          'SCHEMA_MISMATCH',
          'PAYLOAD_CORRUPT',
          'NOT_CONFLUENT_FRAMED',
          { id: 'a', count: 1, gift: true },
        ])
      },
    )
  })
}

/** A kafkajs consumer that reads a topic from its start by one codec. */
class Reader implements AsyncDisposable {
  readonly #seen: Seen[] = []
  readonly #consumer: Consumer
  readonly #news = new EventTarget()

  private constructor(consumer: Consumer) {
    this.#consumer = consumer
  }

  static async start(bench: BrokerBench, topic: string, codec: AvroCodec): Promise<Reader> {
    const brokers = [...bench.cluster.brokers]
    const kafka = new Kafka({ brokers, clientId: 'versions', logLevel: logLevel.NOTHING })
    const reader = new Reader(kafka.consumer({ groupId: bench.name('versions'), maxWaitTimeInMs: 100 }))
    const consumer = reader.#consumer
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message: { value } }) => {
        reader.#seen.push(value === null ? null : await read(codec, topic, value))
        reader.#news.dispatchEvent(new Event('record'))
      },
    })
    return reader
  }

  /** Everything that was read, as soon as it is so much. */
  async until(records: number): Promise<readonly Seen[]> {
    const signal = AbortSignal.timeout(timeoutMs / 2)
    while (this.#seen.length < records) await once(this.#news, 'record', { signal })
    return this.#seen
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#consumer.disconnect()
  }
}

async function read(codec: AvroCodec, topic: string, value: Buffer): Promise<Seen> {
  try {
    return (await codec.decodeAsync(value, { topic })) as object
  } catch (error) {
    if (error instanceof CodecError) return error.code
    throw error
  }
}
