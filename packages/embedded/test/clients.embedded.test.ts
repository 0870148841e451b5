import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { Kafka, logLevel, type Consumer as KafkajsConsumer } from 'kafkajs'
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'
import { findCoordinator, offsetCommit } from '@headwater/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { RawClient } from './raw-client.ts'

/** What unmodified clients do with the cluster, each in its own newest versions of the protocol. */
let kafka: EmbeddedKafka

beforeAll(async () => {
  kafka = await startKafka({ brokers: 3 })
})
afterAll(() => kafka.close())

const bootstrap = (): string[] => kafka.bootstrapServers.split(',')

describe('kafkajs', () => {
  const client = (): Kafka =>
    new Kafka({ brokers: bootstrap(), clientId: 'kafkajs', logLevel: logLevel.NOTHING })

  async function consume(consumer: KafkajsConsumer, topic: string, count: number): Promise<string[]> {
    const values: string[] = []
    const done = Promise.withResolvers<void>()
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message }) => {
        values.push(String(message.value))
        if (values.length === count) done.resolve()
      },
    })
    await done.promise
    return values
  }

  it('produces idempotently and reads back as a group, which goes on where it committed', async () => {
    kafka.createTopic('kj', { partitions: 3 })
    const producer = client().producer({ idempotent: true })
    await producer.connect()
    const [first] = await producer.send({
      topic: 'kj',
      messages: [{ key: 'a', value: '1', headers: { h: 'x' } }],
    })
    expect(first).toMatchObject({ topicName: 'kj', errorCode: 0, baseOffset: '0' })
    await producer.send({ topic: 'kj', messages: ['2', '3'].map((value) => ({ key: 'a', value })) })
    const before = client().consumer({ groupId: 'kj', maxWaitTimeInMs: 100 })
    expect(await consume(before, 'kj', 3)).toEqual(['1', '2', '3'])
    await before.disconnect()
    await producer.send({ topic: 'kj', messages: [{ key: 'a', value: '4' }] })
    await producer.disconnect()
    const after = client().consumer({ groupId: 'kj', maxWaitTimeInMs: 100 })
    expect(await consume(after, 'kj', 1)).toEqual(['4'])
    await after.disconnect()
  })

  it('seeks and pauses', async () => {
    kafka.createTopic('kj-seek')
    const producer = client().producer()
    await producer.connect()
    await producer.send({ topic: 'kj-seek', messages: ['1', '2', '3'].map((value) => ({ value })) })
    const consumer = client().consumer({ groupId: 'kj-seek', maxWaitTimeInMs: 100 })
    const seen: string[] = []
    const again = Promise.withResolvers<void>()
    await consumer.connect()
    await consumer.subscribe({ topic: 'kj-seek', fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message }) => {
        seen.push(message.offset)
        if (seen.length === 3) consumer.seek({ topic: 'kj-seek', partition: 0, offset: '1' })
        if (seen.length === 5) {
          consumer.pause([{ topic: 'kj-seek' }])
          again.resolve()
        }
      },
    })
    await again.promise
    expect(seen).toEqual(['0', '1', '2', '1', '2'])
    expect(consumer.paused()).toEqual([{ topic: 'kj-seek', partitions: [0] }])
    await consumer.disconnect()
    await producer.disconnect()
  })

  it('shares the partitions of a topic between two members', async () => {
    kafka.createTopic('kj-two', { partitions: 2 })
    const members = [1, 2].map(() =>
      client().consumer({
        groupId: 'kj-two',
        maxWaitTimeInMs: 100,
        heartbeatInterval: 100,
        rebalanceTimeout: 1000,
      }),
    )
    const joined = Promise.withResolvers<void>()
    const owned = new Map<number, readonly number[]>()
    for (const [at, member] of members.entries()) {
      member.on(member.events.GROUP_JOIN, ({ payload }) => {
        owned.set(at, payload.memberAssignment['kj-two'] ?? [])
        if ([...owned.values()].flat().length === 2 && owned.size === 2) joined.resolve()
      })
      await member.connect()
      await member.subscribe({ topic: 'kj-two' })
      await member.run({ eachMessage: async () => undefined })
    }
    await joined.promise
    expect(new Set([...owned.values()].flat())).toEqual(new Set([0, 1]))
    for (const member of members) await member.disconnect()
  })

  /** A commit without members makes a group. kafkajs's own `setOffsets` would wait five seconds for records. */
  async function commitAlone(groupId: string, topic: string, partition: number): Promise<void> {
    using asker = await RawClient.open(kafka.broker(1).port)
    const found = await asker.send(findCoordinator, 2, { key: groupId, keyType: 0 })
    using raw = await RawClient.open(found.port)
    const partitions = [{ partitionIndex: partition, committedOffset: 0n, committedMetadata: null }]
    await raw.send(offsetCommit, 7, { groupId, memberId: '', topics: [{ name: topic, partitions }] })
  }

  it('administers topics, configuration and groups', async () => {
    const admin = client().admin()
    await admin.connect()
    const topics = [
      { topic: 'kj-admin', numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '1000' }] },
    ]
    expect(await admin.createTopics({ topics })).toBe(true)
    expect(await admin.createTopics({ topics })).toBe(false)
    expect(await admin.listTopics()).toContain('kj-admin')
    await admin.createPartitions({ topicPartitions: [{ topic: 'kj-admin', count: 3 }] })
    const described = await admin.fetchTopicMetadata({ topics: ['kj-admin'] })
    expect(described.topics[0]!.partitions).toHaveLength(3)
    expect(await admin.fetchTopicOffsets('kj-admin')).toContainEqual({
      partition: 2,
      offset: '0',
      high: '0',
      low: '0',
    })
    const config = await admin.describeConfigs({
      resources: [{ type: 2, name: 'kj-admin' }],
      includeSynonyms: false,
    })
    expect(config.resources[0]!.configEntries).toContainEqual(
      expect.objectContaining({ configName: 'retention.ms', configValue: '1000', isDefault: false }),
    )
    expect((await admin.describeCluster()).brokers).toHaveLength(3)
    await commitAlone('kj-admin', 'kj-admin', 1)
    expect(await admin.fetchOffsets({ groupId: 'kj-admin', topics: ['kj-admin'] })).toEqual([
      {
        topic: 'kj-admin',
        partitions: expect.arrayContaining([{ partition: 1, offset: '0', metadata: null }]),
      },
    ])
    expect((await admin.listGroups()).groups.map(({ groupId }) => groupId)).toContain('kj-admin')
    expect((await admin.describeGroups(['kj-admin'])).groups[0]).toMatchObject({ state: 'Empty' })
    await admin.deleteGroups(['kj-admin'])
    await admin.deleteTopics({ topics: ['kj-admin'] })
    expect(await admin.listTopics()).not.toContain('kj-admin')
    await admin.disconnect()
  })
})

describe('@platformatic/kafka', () => {
  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'produces with compression %s',
    async (compression) => {
      const topic = `pk-${compression}`
      kafka.createTopic(topic)
      const producer = new Producer({
        clientId: 'pk',
        bootstrapBrokers: bootstrap(),
        serializers: stringSerializers,
      })
      const messages = ['1', '2', '3'].map((value) => ({ topic, key: 'k', value, headers: { h: 'x' } }))
      const { offsets } = await producer.send({ messages, compression, acks: -1, idempotent: true })
      await producer.close()
      expect(offsets).toEqual([{ topic, partition: 0, offset: 0n }])
      expect((await kafka.records(topic)).map(({ value }) => String(value))).toEqual(['1', '2', '3'])
    },
  )

  it('consumes as a group, with sessions and topic ids', async () => {
    kafka.createTopic('pk-group', { partitions: 2 })
    const producer = new Producer({
      clientId: 'pk',
      bootstrapBrokers: bootstrap(),
      serializers: stringSerializers,
    })
    const send = (value: string, partition: number): Promise<unknown> =>
      producer.send({ messages: [{ topic: 'pk-group', value, partition }], acks: -1 })
    await send('1', 0)
    const consumer = new Consumer({
      clientId: 'pk',
      groupId: 'pk-group',
      bootstrapBrokers: bootstrap(),
      deserializers: stringDeserializers,
      autocommit: false,
      maxWaitTime: 100,
    })
    const stream = await consumer.consume({ topics: ['pk-group'], mode: 'earliest' })
    const seen: (string | undefined)[] = []
    for await (const message of stream) {
      seen.push(message.value)
      await message.commit()
      if (seen.length === 1) await send('2', 1)
      if (seen.length === 2) await send('3', 0)
      if (seen.length === 3) break
    }
    await stream.close()
    await consumer.close()
    await producer.close()
    expect(seen).toEqual(['1', '2', '3'])
    const fetches = kafka.journal.entries.filter(({ api, clientId }) => api === 'Fetch' && clientId === 'pk')
    expect(fetches.every(({ version }) => version! >= 13)).toBe(true)
    expect(fetches.flatMap(({ errorCodes }) => errorCodes)).toEqual([])
  })

  it('administers topics and groups', async () => {
    const admin = new Admin({ clientId: 'pk', bootstrapBrokers: bootstrap() })
    const [created] = await admin.createTopics({ topics: ['pk-admin'], partitions: 2, replicas: 3 })
    expect(created).toMatchObject({ name: 'pk-admin', partitions: 2, replicas: 3 })
    expect(await admin.listTopics()).toContain('pk-admin')
    await admin.deleteTopics({ topics: ['pk-admin'] })
    expect(await admin.listTopics()).not.toContain('pk-admin')
    await admin.close()
  })
})

describe('librdkafka', () => {
  /** Its command line tool; Debian has it under this name. */
  const program = 'kcat'
  const missing = spawnSync(program, ['-V']).error !== undefined
  if (missing) console.warn('skipped: librdkafka, because there is no kcat on this computer')

  async function kcat(args: readonly string[], input = ''): Promise<string> {
    const child = spawn(program, ['-b', kafka.bootstrapServers, '-q', ...args])
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.pipe(process.stderr)
    child.stdin.end(input)
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
    return output
  }

  // librdkafka is a native library; not every computer has a program that brings it.
  it.skipIf(missing).each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
    'produces with compression %s',
    async (codec) => {
      const topic = `rk-${codec}`
      kafka.createTopic(topic)
      await kcat(['-P', '-t', topic, '-K:', '-z', codec, '-X', 'enable.idempotence=true'], 'k:1\nk:2\n')
      expect((await kafka.records(topic)).map(({ key, value }) => `${String(key)}:${String(value)}`)).toEqual(
        ['k:1', 'k:2'],
      )
      expect(await kcat(['-C', '-t', topic, '-e', '-o', 'beginning'])).toBe('1\n2\n')
    },
  )

  // librdkafka is a native library; not every computer has a program that brings it.
  it.skipIf(missing)('consumes as a group', async () => {
    kafka.createTopic('rk-group')
    await kcat(['-P', '-t', 'rk-group'], '1\n2\n')
    const group = ['-G', 'rk-group', '-e', '-X', 'auto.offset.reset=earliest', 'rk-group']
    expect(await kcat(group)).toBe('1\n2\n')
    await kcat(['-P', '-t', 'rk-group'], '3\n')
    expect(await kcat(group)).toBe('3\n')
  })
})
