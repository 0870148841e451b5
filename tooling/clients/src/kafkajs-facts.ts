import { CompressionTypes, type ProducerConfig } from 'kafkajs'
import { kafkajsAdminLooks } from './kafkajs-admin-facts.ts'
import { KafkajsClient } from './kafkajs-client.ts'
import type { Looks } from './look-client.ts'
import { kindOf } from './error-kind.ts'
import { settle } from './settle.ts'

const numbers = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => String(at))

const keepsOrder =
  (compression: CompressionTypes): Looks[string][0] =>
  async (bench) => {
    const client = new KafkajsClient(bench)
    const topic = await client.topic()
    const producer = await client.producer({ idempotent: true })
    const bases: unknown[] = []
    for (let batch = 0; batch < 5; batch++) {
      const messages = numbers(20).map((at) => ({ key: 'k', value: String(batch * 20 + Number(at)) }))
      const [answer] = await producer.send({ topic, messages, compression })
      bases.push(answer?.baseOffset)
    }
    const values = await client.values(topic, 100)
    return [bases, values.every((value, at) => value === String(at))]
  }

const transactional = (transactionalId: string): ProducerConfig => ({
  transactionalId,
  idempotent: true,
  maxInFlightRequests: 1,
  retry: { initialRetryTime: 50, retries: 3 },
})

/** What kafkajs 2.2.4 sees of a Kafka 4.3.1. */
export const kafkajsLooks: Looks = {
  'keeps the order of an idempotent producer, compression none': [
    keepsOrder(CompressionTypes.None),
    [['0', '20', '40', '60', '80'], true],
  ],
  'keeps the order of an idempotent producer, compression gzip': [
    keepsOrder(CompressionTypes.GZIP),
    [['0', '20', '40', '60', '80'], true],
  ],
  'returns keys, null and empty values, timestamps and headers that repeat': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.topic()
      const producer = await client.producer()
      await producer.send({
        topic,
        messages: [
          { key: 'key', value: null, timestamp: '1700000000000', headers: { twice: ['1', '2'], once: 'x' } },
          { key: null, value: '', timestamp: '1700000000001' },
        ],
      })
      return (await client.read(topic, 2)).map(({ message: { key, value, timestamp, headers } }) => [
        key === null ? null : String(key),
        value === null ? null : String(value),
        timestamp,
        Object.entries(headers ?? {}).map(([name, header]) => `${name}=${String(header)}`),
      ])
    },
    [
      ['key', null, '1700000000000', ['twice=1,2', 'once=x']],
      [null, '', '1700000000001', []],
    ],
  ],
  'gives offsets for acks 1 and writes with acks 0': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.topic()
      const producer = await client.producer()
      const send = (acks: number): Promise<readonly { baseOffset?: string }[]> =>
        producer.send({ topic, acks, messages: [{ value: String(acks) }] })
      const [first] = await send(1)
      const none = await send(0)
      return [first?.baseOffset, none, await client.values(topic, 2)]
    },
    ['0', [], ['1', '0']],
  ],
  "refuses a record over the topic's max.message.bytes": [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.topic(1, { 'max.message.bytes': '1000' })
      const producer = await client.producer()
      return kindOf(producer.send({ topic, messages: [{ value: 'x'.repeat(2000) }] }))
    },
    'MESSAGE_TOO_LARGE',
  ],
  "stamps records with the broker's time when the topic says LogAppendTime": [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.topic(1, { 'message.timestamp.type': 'LogAppendTime' })
      const producer = await client.producer()
      await producer.send({ topic, messages: [{ value: 'v', timestamp: '1700000000000' }] })
      const [seen] = await client.read(topic, 1)
      return Number(seen?.message.timestamp) > 1_700_000_000_000
    },
    true,
  ],
  "goes to the partitions of all leaders, by the key's murmur2": [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.topic(6)
      const producer = await client.producer()
      const messages = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key) => ({ key, value: key }))
      await producer.send({ topic, messages })
      const seen = await client.read(topic, 8)
      const partitions = new Map(seen.map(({ message, partition }) => [String(message.key), partition]))
      return messages.map(({ key }) => partitions.get(key))
    },
    [4, 2, 4, 5, 2, 3, 3, 1],
  ],
  'goes on as a group where it committed': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.filledTopic(3)
      const groupId = bench.name()
      const before = await client.values(topic, 3, { groupId })
      const producer = await client.producer()
      await producer.send({ topic, messages: [{ value: '3' }] })
      return [before, await client.values(topic, 1, { groupId })]
    },
    [['0', '1', '2'], ['3']],
  ],
  'commits an offset with metadata, and goes on from there': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.filledTopic(10)
      const groupId = bench.name()
      const consumer = await client.consumer(topic, { groupId })
      const committed = Promise.withResolvers<void>()
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ message, partition }) => {
          if (message.offset !== '9') return
          await consumer.commitOffsets([{ topic, partition, offset: '6', metadata: 'half-way' }])
          committed.resolve()
        },
      })
      await committed.promise
      await consumer.disconnect()
      const admin = await client.admin()
      const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] })
      return [offsets?.partitions, await client.values(topic, 4, { groupId })]
    },
    [[{ partition: 0, offset: '6', metadata: 'half-way' }], ['6', '7', '8', '9']],
  ],
  'seeks and pauses': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.filledTopic(3)
      const consumer = await client.consumer(topic)
      const seen: string[] = []
      const again = Promise.withResolvers<void>()
      await consumer.run({
        eachMessage: async ({ message }) => {
          seen.push(message.offset)
          if (seen.length === 3) consumer.seek({ topic, partition: 0, offset: '1' })
          if (seen.length !== 5) return
          consumer.pause([{ topic }])
          again.resolve()
        },
      })
      await again.promise
      return [seen, consumer.paused().map(({ partitions }) => partitions)]
    },
    [['0', '1', '2', '1', '2'], [[0]]],
  ],
  'shares the partitions of a topic between two members': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.topic(4)
      const groupId = bench.name()
      const owned = new Map<number, readonly number[]>()
      const shared = Promise.withResolvers<void>()
      for (const at of [0, 1]) {
        const member = await client.consumer(topic, { groupId })
        member.on(member.events.GROUP_JOIN, ({ payload }) => {
          owned.set(at, payload.memberAssignment[topic] ?? [])
          if (owned.size === 2 && [...owned.values()].every(({ length }) => length === 2)) shared.resolve()
        })
        await member.run({ eachMessage: async () => undefined })
      }
      await shared.promise
      return [...owned.values()].flat().toSorted((one, other) => one - other)
    },
    [0, 1, 2, 3],
  ],
  'shows committed records to read_committed and aborted ones to nobody who asks for it': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.topic()
      const producer = await client.producer(transactional(bench.name()))
      for (const [value, end] of [
        ['committed', 'commit'],
        ['aborted', 'abort'],
        ['committed too', 'commit'],
      ] as const) {
        const transaction = await producer.transaction()
        await transaction.send({ topic, messages: [{ value }] })
        await transaction[end]()
      }
      return [await client.values(topic, 2), await client.values(topic, 3, { readUncommitted: true })]
    },
    [
      ['committed', 'committed too'],
      ['committed', 'aborted', 'committed too'],
    ],
  ],
  'holds read_committed before a transaction that is open': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.topic()
      const producer = await client.producer(transactional(bench.name()))
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ value: 'open' }] })
      await (await client.producer()).send({ topic, messages: [{ value: 'after it' }] })
      const consumer = await client.consumer(topic)
      const seen: string[] = []
      const fetchedTwice = Promise.withResolvers<void>()
      const read = Promise.withResolvers<void>()
      let fetches = 0
      consumer.on(consumer.events.FETCH, () => ++fetches === 2 && fetchedTwice.resolve())
      await consumer.run({
        eachMessage: async ({ message }) => {
          if (seen.push(String(message.value)) === 2) read.resolve()
        },
      })
      await fetchedTwice.promise
      const before = [...seen]
      await transaction.commit()
      await read.promise
      return [before, seen]
    },
    [[], ['open', 'after it']],
  ],
  'commits the offsets of a group with the transaction, or not at all': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.filledTopic(10)
      const groupId = bench.name()
      const producer = await client.producer(transactional(bench.name()))
      const admin = await client.admin()
      const seen: unknown[] = []
      // The markers follow the answer to an EndTxn, and kafkajs does not ask for stable offsets: what is committed shows
      // later than the commit. Nothing may ever show of what was aborted.
      for (const [offset, end, isSettled] of [
        ['5', 'abort', () => true],
        ['7', 'commit', (shown: string | undefined) => shown !== '-1'],
      ] as const) {
        const transaction = await producer.transaction()
        await transaction.sendOffsets({
          consumerGroupId: groupId,
          topics: [{ topic, partitions: [{ partition: 0, offset }] }],
        })
        await transaction[end]()
        const shown = async (): Promise<string | undefined> => {
          const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] })
          return offsets?.partitions[0]?.offset
        }
        seen.push(await settle(shown, isSettled))
      }
      return [seen, await client.values(topic, 3, { groupId })]
    },
    [
      ['-1', '7'],
      ['7', '8', '9'],
    ],
  ],
  'fences a producer whose transactional id another took, and aborts what it left': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.topic()
      const config = transactional(bench.name())
      const first = await client.producer(config)
      const left = await first.transaction()
      await left.send({ topic, messages: [{ value: 'left open' }] })
      const second = await client.producer(config)
      // Kafkajs takes the id with its first transaction, not when it connects.
      const transaction = await second.transaction()
      const fenced = await kindOf(left.commit())
      await transaction.send({ topic, messages: [{ value: 'successor' }] })
      await transaction.commit()
      return [fenced, await client.values(topic, 1)]
    },
    ['INVALID_PRODUCER_EPOCH', ['successor']],
  ],
  ...kafkajsAdminLooks,
}
