import {
  createPartitions,
  createTopics,
  deleteTopics,
  describeCluster,
  describeConfigs,
  errorCode,
  incrementalAlterConfigs,
  metadata,
} from '@headwater/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { RawClient, makeBatch, produceTo } from './raw-client.ts'

const noTopicId = '00000000-0000-0000-0000-000000000000'

describe('EmbeddedKafka', () => {
  it('hands the partitions of a broker that stops to in-sync replicas, and lets it back in as a follower', async () => {
    await using kafka = await startKafka({ brokers: 3, topics: { t: { replicationFactor: 3 } } })
    const partition = kafka.partition('t', 0)
    expect([partition.leader, partition.leaderEpoch, partition.inSync]).toEqual([1, 0, [1, 2, 3]])
    await kafka.broker(1).stop()
    expect([partition.leader, partition.leaderEpoch, partition.inSync]).toEqual([2, 1, [2, 3]])
    const { port } = kafka.broker(1)
    await kafka.broker(1).start()
    expect(kafka.broker(1).port).toBe(port)
    expect([partition.leader, partition.leaderEpoch, partition.inSync]).toEqual([2, 1, [1, 2, 3]])
  })

  it('has no leader when the last replica is gone, and elects only that one when it comes back', async () => {
    await using kafka = await startKafka({ brokers: 2, topics: { t: { replicationFactor: 2 } } })
    await kafka.broker(1).stop()
    using client = await RawClient.open(kafka.broker(2).port)
    await produceTo(client, 't', makeBatch(['only on 2']), { acks: 1 })
    await kafka.broker(2).stop()
    await kafka.broker(1).start()
    expect(kafka.partition('t', 0)).toMatchObject({ leader: -1, inSync: [2] })
    using asker = await RawClient.open(kafka.broker(1).port)
    const told = await asker.send(metadata, 9, { topics: [{ name: 't' }] })
    expect(told.topics[0]!.partitions[0]).toMatchObject({
      errorCode: errorCode.LEADER_NOT_AVAILABLE,
      leaderId: -1,
      offlineReplicas: [2],
    })
    await kafka.broker(2).start()
    expect(kafka.partition('t', 0)).toMatchObject({ leader: 2, inSync: [1, 2] })
    expect(await kafka.records('t')).toHaveLength(1)
  })

  it('moves a leader only to an in-sync replica', async () => {
    await using kafka = await startKafka({ brokers: 3, topics: { t: { replicationFactor: 2 } } })
    kafka.partition('t', 0).moveLeader(2)
    expect(kafka.partition('t', 0)).toMatchObject({ leader: 2, leaderEpoch: 1 })
    expect(() => kafka.partition('t', 0).moveLeader(3)).toThrow(/not an in-sync replica/u)
  })

  it('cuts the connections of a broker that stops', async () => {
    await using kafka = await startKafka()
    using client = await RawClient.open(kafka.broker(1).port)
    await kafka.broker(1).stop()
    await client.closed
    await expect(RawClient.open(kafka.broker(1).port)).rejects.toThrow('ECONNREFUSED')
  })

  it('refuses what is not there by name', async () => {
    await using kafka = await startKafka()
    expect(() => kafka.broker(2)).toThrow(/no broker 2/u)
    expect(() => kafka.partition('t', 0)).toThrow(/no a topic|topic "t"/u)
    expect(() => kafka.registryUrl).toThrow(/registry: true/u)
  })

  it('starts a registry beside the brokers when it is asked to', async () => {
    await using kafka = await startKafka({ registry: true })
    expect(await (await fetch(`${kafka.registryUrl}/subjects`)).json()).toEqual([])
  })

  it('takes fixed ports, and says so when one is taken', async () => {
    await using kafka = await startKafka()
    await expect(startKafka({ ports: [kafka.broker(1).port] })).rejects.toThrow('EADDRINUSE')
  })
})

describe('Metadata', () => {
  let kafka: EmbeddedKafka
  let client: RawClient
  beforeAll(async () => {
    kafka = await startKafka({ brokers: 2, topics: { a: { partitions: 2, replicationFactor: 2 }, b: {} } })
    client = await RawClient.open(kafka.broker(2).port)
  })
  afterAll(async () => {
    client[Symbol.dispose]()
    await kafka.close()
  })
  const namesOf = (topics: readonly { readonly name: string | null }[]) => topics.map(({ name }) => name)

  it.each(Array.from({ length: 14 }, (_, version) => version))(
    'tells of brokers, leaders and topics in v%i',
    async (version) => {
      const answer = await client.send(metadata, version, { topics: [{ name: 'a', topicId: noTopicId }] })
      expect(answer.brokers.map(({ nodeId, port }) => [nodeId, port])).toEqual(
        [1, 2].map((id) => [id, kafka.broker(id).port]),
      )
      expect(answer.topics[0]!.partitions.map(({ leaderId }) => leaderId)).toEqual([1, 2])
    },
  )

  it('gives all topics for an empty list in v0, and for null later', async () => {
    expect(namesOf((await client.send(metadata, 0, { topics: [] })).topics)).toEqual(['a', 'b'])
    expect(namesOf((await client.send(metadata, 1, { topics: [] })).topics)).toEqual([])
    expect(namesOf((await client.send(metadata, 1, { topics: null })).topics)).toEqual(['a', 'b'])
  })

  it('finds topics by id from v12 on', async () => {
    const { topics } = await client.send(metadata, 12, { topics: [{ name: 'a', topicId: noTopicId }] })
    const { topicId } = topics[0]!
    const found = await client.send(metadata, 12, { topics: [{ name: null, topicId }] })
    expect(found.topics[0]).toMatchObject({ name: 'a', errorCode: 0 })
    const other = noTopicId.replace('0', '1')
    const missing = await client.send(metadata, 12, { topics: [{ name: null, topicId: other }] })
    expect(missing.topics[0]).toMatchObject({
      name: null,
      topicId: other,
      errorCode: errorCode.UNKNOWN_TOPIC_ID,
    })
  })

  it('does not make topics, and tells bad names from unknown ones', async () => {
    const topics = ['nowhere', 'no where', '..'].map((name) => ({ name }))
    const answer = await client.send(metadata, 9, { topics, allowAutoTopicCreation: true })
    expect(answer.topics.map((topic) => topic.errorCode)).toEqual([
      errorCode.UNKNOWN_TOPIC_OR_PARTITION,
      errorCode.INVALID_TOPIC_EXCEPTION,
      errorCode.INVALID_TOPIC_EXCEPTION,
    ])
  })

  it('makes topics when it may, and the client wants it', async () => {
    await using own = await startKafka({ autoCreateTopics: true })
    using asker = await RawClient.open(own.broker(1).port)
    const ask = async (allowAutoTopicCreation: boolean): Promise<number> => {
      const { topics } = await asker.send(metadata, 9, { topics: [{ name: 'new' }], allowAutoTopicCreation })
      return topics[0]!.errorCode
    }
    expect(await ask(false)).toBe(errorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect(await ask(true)).toBe(0)
    expect(await ask(false)).toBe(0)
  })
})

describe('topic administration', () => {
  let kafka: EmbeddedKafka
  let client: RawClient
  beforeAll(async () => {
    kafka = await startKafka({ brokers: 2 })
    client = await RawClient.open(kafka.broker(2).port)
  })
  afterAll(async () => {
    client[Symbol.dispose]()
    await kafka.close()
  })

  interface Wanted {
    readonly name?: string
    readonly numPartitions?: number
    readonly replicationFactor?: number
    readonly brokers?: readonly (readonly number[])[]
    readonly config?: Readonly<Record<string, string>>
  }
  const create = async (wanted: Wanted, validateOnly: boolean = false) => {
    const answer = await client.send(createTopics, 7, {
      validateOnly,
      topics: [
        {
          name: wanted.name ?? 'x',
          numPartitions: wanted.numPartitions ?? -1,
          replicationFactor: wanted.replicationFactor ?? -1,
          assignments: (wanted.brokers ?? []).map((brokerIds, partitionIndex) => ({
            partitionIndex,
            brokerIds,
          })),
          configs: Object.entries(wanted.config ?? {}).map(([name, value]) => ({ name, value })),
        },
      ],
    })
    return answer.topics[0]!
  }

  it.each<[string, Wanted, keyof typeof errorCode]>([
    ['a name with a space', { name: 'a b' }, 'INVALID_TOPIC_EXCEPTION'],
    ['a name of 250 characters', { name: 'x'.repeat(250) }, 'INVALID_TOPIC_EXCEPTION'],
    ['no partitions', { numPartitions: 0 }, 'INVALID_PARTITIONS'],
    ['fewer than -1 partitions', { numPartitions: -2 }, 'INVALID_PARTITIONS'],
    ['far too many partitions', { numPartitions: 2_000_000_000 }, 'POLICY_VIOLATION'],
    ['more replicas than brokers', { replicationFactor: 3 }, 'INVALID_REPLICATION_FACTOR'],
    ['no replicas', { replicationFactor: 0 }, 'INVALID_REPLICATION_FACTOR'],
    ['an assignment with a number of partitions', { brokers: [[1]], numPartitions: 1 }, 'INVALID_REQUEST'],
    ['an assignment that names a broker twice', { brokers: [[1, 1]] }, 'INVALID_REPLICA_ASSIGNMENT'],
    ['an assignment to nobody', { brokers: [[]] }, 'INVALID_REPLICA_ASSIGNMENT'],
    ['an assignment to an unknown broker', { brokers: [[3]] }, 'INVALID_REPLICA_ASSIGNMENT'],
    ['a setting that is none', { config: { 'retention.hours': '1' } }, 'INVALID_CONFIG'],
    ['a setting with a bad value', { config: { 'cleanup.policy': 'shred' } }, 'INVALID_CONFIG'],
  ])('refuses %s', async (_what, wanted, code) => {
    expect((await create(wanted)).errorCode).toBe(errorCode[code])
  })

  // Each topic was counted for itself: a small request took the memory of the process.
  it('refuses a request whose topics have too many partitions together', async () => {
    const topics = ['one', 'two'].map((name) => ({
      name,
      numPartitions: 6000,
      replicationFactor: 1,
      assignments: [],
      configs: [],
    }))
    const answer = await client.send(createTopics, 7, { topics, timeoutMs: 1000 })
    expect(answer.topics.map((topic) => [topic.name, topic.errorCode])).toEqual([
      ['one', errorCode.POLICY_VIOLATION],
      ['two', errorCode.POLICY_VIOLATION],
    ])
    expect(() => kafka.partition('one', 0)).toThrow('there is no topic')
    const alone = { timeoutMs: 1000, topics: topics.slice(0, 1) }
    expect((await client.send(createTopics, 7, alone)).topics[0]!.errorCode).toBe(0)
  })

  it('creates a topic with what was asked for, once', async () => {
    const made = await create({
      name: 'made.one',
      brokers: [
        [2, 1],
        [1, 2],
      ],
      config: { 'retention.ms': '5' },
    })
    expect(made).toMatchObject({ errorCode: 0, numPartitions: 2, replicationFactor: 2 })
    expect(made.configs).toContainEqual(expect.objectContaining({ name: 'retention.ms', value: '5' }))
    expect(kafka.partition('made.one', 0)).toMatchObject({ leader: 2, replicas: [2, 1] })
    expect((await create({ name: 'made.one' })).errorCode).toBe(errorCode.TOPIC_ALREADY_EXISTS)
    expect((await create({ name: 'made_one' })).errorCode).toBe(errorCode.INVALID_TOPIC_EXCEPTION)
  })

  it('creates nothing when it shall only look', async () => {
    expect((await create({ name: 'looked' }, true)).errorCode).toBe(0)
    expect(() => kafka.partition('looked', 0)).toThrow()
  })

  it('forgets records, producers and the id of a topic that is deleted and made again', async () => {
    const before = await create({ name: 'again', brokers: [[2]] })
    await produceTo(client, 'again', makeBatch(['1'], { producerId: 9n, baseSequence: 0 }))
    const gone = await client.send(deleteTopics, 6, {
      topics: [{ name: 'again', topicId: noTopicId }],
      timeoutMs: 1000,
    })
    expect(gone.responses[0]).toMatchObject({ name: 'again', topicId: before.topicId, errorCode: 0 })
    expect((await produceTo(client, 'again', makeBatch(['2']))).errorCode).toBe(
      errorCode.UNKNOWN_TOPIC_OR_PARTITION,
    )
    const after = await create({ name: 'again', brokers: [[2]] })
    expect(after.topicId).not.toBe(before.topicId)
    const answer = await produceTo(client, 'again', makeBatch(['3'], { producerId: 9n, baseSequence: 5 }))
    expect(answer).toMatchObject({ errorCode: 0, baseOffset: 0n })
  })

  it('adds partitions and never takes any away', async () => {
    await create({ name: 'grows', numPartitions: 2 })
    const grow = async (count: number): Promise<number> => {
      const topics = [{ name: 'grows', count, assignments: null }]
      const answer = await client.send(createPartitions, 3, { topics, timeoutMs: 1000, validateOnly: false })
      return answer.results[0]!.errorCode
    }
    expect(await grow(4)).toBe(0)
    expect(kafka.partition('grows', 3).leader).toBe(2)
    expect(await grow(4)).toBe(errorCode.INVALID_PARTITIONS)
    expect(await grow(1)).toBe(errorCode.INVALID_PARTITIONS)
  })

  it('changes settings one by one and shows them', async () => {
    await create({ name: 'set', config: { 'retention.ms': '5' } })
    const alter = async (name: string, configOperation: number, value: string | null): Promise<number> => {
      const resources = [
        { resourceType: 2, resourceName: 'set', configs: [{ name, configOperation, value }] },
      ]
      const answer = await client.send(incrementalAlterConfigs, 1, { resources, validateOnly: false })
      return answer.responses[0]!.errorCode
    }
    expect(await alter('max.message.bytes', 0, '150')).toBe(0)
    expect(await alter('retention.ms', 1, null)).toBe(0)
    expect(await alter('cleanup.policy', 2, 'compact')).toBe(0)
    expect(await alter('max.message.bytes', 0, 'many')).toBe(errorCode.INVALID_CONFIG)
    expect(await alter('max.message.bytes', 2, '1')).toBe(errorCode.INVALID_CONFIG)
    const shown = await client.send(describeConfigs, 4, {
      resources: [
        {
          resourceType: 2,
          resourceName: 'set',
          configurationKeys: ['max.message.bytes', 'retention.ms', 'cleanup.policy'],
        },
      ],
    })
    expect(
      shown.results[0]!.configs.map(({ name, value, configSource }) => [name, value, configSource]),
    ).toEqual([
      ['cleanup.policy', 'delete,compact', 1],
      ['max.message.bytes', '150', 1],
      ['retention.ms', '604800000', 5],
    ])
  })

  it('shows the settings of the broker that is asked', async () => {
    const ask = (resourceName: string) =>
      client.send(describeConfigs, 4, {
        resources: [{ resourceType: 4, resourceName, configurationKeys: null }],
      })
    expect((await ask('2')).results[0]!.configs.map(({ name }) => name)).toContain('message.max.bytes')
    expect((await ask('1')).results[0]!.errorCode).toBe(errorCode.INVALID_REQUEST)
  })

  it('describes the cluster', async () => {
    const answer = await client.send(describeCluster, 2, { includeClusterAuthorizedOperations: false })
    expect(answer).toMatchObject({ errorCode: 0, controllerId: 1 })
    expect(answer.brokers.map(({ brokerId }) => brokerId)).toEqual([1, 2])
  })
})
