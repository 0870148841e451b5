import { kindOf } from './error-kind.ts'
import type { Looks } from './look-client.ts'
import { platformaticAdminLooks } from './platformatic-admin-facts.ts'
import { PlatformaticClient } from './platformatic-client.ts'

const readCommitted = 1
const readUncommitted = 0

const keepsOrder = (compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'): Looks[string] => [
  async (bench) => {
    const client = new PlatformaticClient(bench)
    const topic = await client.topic()
    const producer = client.producer({ idempotent: true, compression, acks: -1 })
    const bases: unknown[] = []
    for (let batch = 0; batch < 5; batch++) {
      const messages = Array.from({ length: 20 }, (_, at) => ({ topic, value: String(batch * 20 + at) }))
      const { offsets } = await producer.send({ messages })
      bases.push(Number(offsets?.[0]?.offset))
    }
    return [bases, (await client.values(topic, 100)).every((value, at) => value === String(at))]
  },
  [[0, 20, 40, 60, 80], true],
]

/** What @platformatic/kafka 2.12 sees of a Kafka 4.3.1. */
export const platformaticLooks: Looks = {
  'keeps the order of an idempotent producer, compression none': keepsOrder('none'),
  'keeps the order of an idempotent producer, compression gzip': keepsOrder('gzip'),
  'keeps the order of an idempotent producer, compression snappy': keepsOrder('snappy'),
  'keeps the order of an idempotent producer, compression lz4': keepsOrder('lz4'),
  'keeps the order of an idempotent producer, compression zstd': keepsOrder('zstd'),
  'returns keys, empty values, timestamps and headers': [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const topic = await client.topic()
      const messages = [
        { topic, key: 'key', value: 'v', timestamp: 1_700_000_000_000n, headers: { h: 'x', g: 'y' } },
        { topic, key: 'other', value: '', timestamp: 1_700_000_000_001n },
      ]
      await client.producer().send({ messages, acks: -1 })
      return (await client.read(topic, 2)).map(({ key, value, timestamp, headers }) => [
        key,
        value,
        Number(timestamp),
        [...headers].map(([name, header]) => `${name}=${header}`),
      ])
    },
    [
      ['key', 'v', 1_700_000_000_000, ['h=x', 'g=y']],
      ['other', '', 1_700_000_000_001, []],
    ],
  ],
  'gives offsets for acks 1 and writes with acks 0': [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const topic = await client.topic()
      const producer = client.producer()
      const { offsets } = await producer.send({ messages: [{ topic, value: '1' }], acks: 1 })
      await producer.send({ messages: [{ topic, value: '0' }], acks: 0 })
      return [offsets?.map(({ offset }) => Number(offset)), await client.values(topic, 2)]
    },
    [[0], ['1', '0']],
  ],
  "refuses a record over the topic's max.message.bytes": [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const topic = await client.topic(1, { 'max.message.bytes': '1000' })
      const messages = [{ topic, value: 'x'.repeat(2000) }]
      return kindOf(client.producer({ retries: 0 }).send({ messages, acks: -1 }))
    },
    'MESSAGE_TOO_LARGE',
  ],
  'goes on as a group where it committed': [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const topic = await client.filledTopic(3)
      const groupId = bench.name()
      const before = await client.values(topic, 3, { groupId })
      await client.producer().send({ messages: [{ topic, value: '3' }], acks: -1 })
      return [before, await client.values(topic, 1, { groupId, mode: 'committed' })]
    },
    [['0', '1', '2'], ['3']],
  ],
  'starts where it is told to': [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const topic = await client.filledTopic(10)
      const offsets = [{ topic, partition: 0, offset: 7n }]
      return client.values(topic, 3, { mode: 'manual', offsets })
    },
    ['7', '8', '9'],
  ],
  'reads from a session with topic ids as records arrive in two partitions': [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const topic = await client.topic(2)
      const producer = client.producer({ acks: -1 })
      const consumer = client.consumer()
      const stream = await consumer.consume({ topics: [topic], mode: 'earliest' })
      await producer.send({ messages: [{ topic, value: '0', partition: 0 }] })
      const seen: unknown[] = []
      for await (const { value, partition } of stream) {
        seen.push([value, partition])
        if (seen.length === 4) break
        const next = seen.length
        await producer.send({ messages: [{ topic, value: String(next), partition: next % 2 }] })
      }
      await stream.close()
      return seen
    },
    [
      ['0', 0],
      ['1', 1],
      ['2', 0],
      ['3', 1],
    ],
  ],
  'shares the partitions of a topic between two members': [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const topic = await client.topic(4)
      const groupId = bench.name()
      const members = [client.consumer(groupId), client.consumer(groupId)]
      const shared = Promise.withResolvers<void>()
      const owned = (): readonly number[][] =>
        members.map(({ assignments }) => assignments?.flatMap(({ partitions }) => partitions) ?? [])
      for (const member of members) {
        member.on('consumer:group:join', () => {
          if (owned().every(({ length }) => length === 2)) shared.resolve()
        })
        const stream = await member.consume({ topics: [topic], mode: 'earliest' })
        stream.on('data', () => undefined)
        bench.closeLater(() => stream.close())
      }
      await shared.promise
      return owned()
        .flat()
        .toSorted((one, other) => one - other)
    },
    [0, 1, 2, 3],
  ],
  'shows committed records to read_committed and aborted ones to nobody who asks for it': [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const topic = await client.topic()
      const producer = client.producer({ transactionalId: bench.name(), idempotent: true, acks: -1 })
      for (const [value, end] of [
        ['committed', 'commit'],
        ['aborted', 'abort'],
        ['committed too', 'commit'],
      ] as const) {
        const transaction = await producer.beginTransaction()
        await transaction.send({ messages: [{ topic, value }] })
        await transaction[end]()
      }
      return [
        await client.values(topic, 2, { isolationLevel: readCommitted }),
        await client.values(topic, 3, { isolationLevel: readUncommitted }),
      ]
    },
    [
      ['committed', 'committed too'],
      ['committed', 'aborted', 'committed too'],
    ],
  ],
  'finds the end of what is committed before a transaction that is open': [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const topic = await client.topic()
      const producer = client.producer({ transactionalId: bench.name(), idempotent: true, acks: -1 })
      const consumer = client.consumer()
      const ends = async (): Promise<readonly number[]> => {
        const levels = [readCommitted, readUncommitted].map((isolationLevel) =>
          consumer.listOffsets({ topics: [topic], isolationLevel }),
        )
        return (await Promise.all(levels)).map((offsets) => Number(offsets.get(topic)?.[0]))
      }
      const transaction = await producer.beginTransaction()
      await transaction.send({ messages: [{ topic, value: 'open' }] })
      const open = await ends()
      await transaction.commit()
      await client.values(topic, 1, { isolationLevel: readCommitted })
      return [open, await ends()]
    },
    [
      [0, 1],
      [2, 2],
    ],
  ],
  ...platformaticAdminLooks,
}
