import {
  createPartitions,
  createTopics,
  deleteTopics,
  errorCode,
  metadata,
  type RequestInputOf,
  type ResponseOf,
} from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { noTopicId, until, type BrokerBench, type FactTopic } from './broker-bench.ts'

type NewTopic = RequestInputOf<typeof createTopics>['topics'][number]
type Created = ResponseOf<typeof createTopics>['topics'][number]

/** No broker has this id. */
const noBroker = 4711

/** How topics come, grow and go. */
export function describeTopics(getBench: () => BrokerBench): void {
  const plain = (name: string, changes: Partial<NewTopic> = {}): NewTopic => ({
    name,
    numPartitions: 1,
    replicationFactor: 1,
    assignments: [],
    configs: [],
    ...changes,
  })
  const create = async (
    topics: readonly NewTopic[],
    { version = 7, validateOnly = false } = {},
  ): Promise<Created[]> =>
    (await (await getBench().client()).send(createTopics, version, { topics, validateOnly })).topics
  const exists = async (name: string): Promise<boolean> => {
    const { topics } = await (
      await getBench().client()
    ).send(metadata, 12, { topics: [{ name, topicId: noTopicId }], allowAutoTopicCreation: false })
    return topics[0]!.errorCode === 0
  }
  const someBroker = async (): Promise<number> => {
    const { brokers } = await (await getBench().client()).send(metadata, 12, { topics: [] })
    return brokers[0]!.nodeId
  }
  const refusedWith = async (topic: NewTopic, name: keyof typeof errorCode): Promise<void> => {
    expect(await create([topic])).toMatchObject([{ name: topic.name, errorCode: errorCode[name] }])
    expect(await create([topic], { validateOnly: true })).toMatchObject([{ errorCode: errorCode[name] }])
  }

  describe('CreateTopics', () => {
    it.each([2, 3, 4, 5, 6, 7])(
      'creates a topic in v%i, and says from v5 on what it is like',
      async (version) => {
        const name = getBench().name('new')
        const configs = [{ name: 'retention.ms', value: '1234567' }]
        const [created] = await create([plain(name, { numPartitions: 3, configs })], { version })
        expect(created).toMatchObject({
          name,
          errorCode: 0,
          errorMessage: null,
          numPartitions: version >= 5 ? 3 : -1,
          replicationFactor: version >= 5 ? 1 : -1,
        })
        expect(created!.topicId === noTopicId).toBe(version < 7)
        const described = created!.configs?.find((config) => config.name === 'retention.ms')
        if (version >= 5)
          expect(described).toMatchObject({ value: '1234567', configSource: 1, readOnly: false })
        await until(name, async () => (await exists(name)) || undefined)
      },
    )

    it.each([4, 7])('takes the defaults of the broker for -1 (v%i)', async (version) => {
      const name = getBench().name('default')
      const topic = plain(name, { numPartitions: -1, replicationFactor: -1 })
      expect(await create([topic], { version })).toMatchObject([{ errorCode: 0 }])
    })

    it('says with validateOnly what would be, and creates nothing', async () => {
      const name = getBench().name('planned')
      const [planned] = await create([plain(name, { numPartitions: 2 })], { validateOnly: true })
      expect(planned).toMatchObject({ name, errorCode: 0, numPartitions: 2 })
      expect(await exists(name)).toBe(false)
      expect(await create([plain(name)])).toMatchObject([{ errorCode: 0 }])
    })

    it('refuses a topic that is there', async () => {
      const topic = await getBench().topic()
      await refusedWith(plain(topic.name), 'TOPIC_ALREADY_EXISTS')
    })

    it.each(['', '.', '..', 'a b', 'a/b', 'ümlaut', 'a:b', 'x'.repeat(250)])(
      'refuses %j as a name',
      async (name) => {
        await refusedWith(plain(name), 'INVALID_TOPIC_EXCEPTION')
      },
    )

    it('takes a name of 249 characters', async () => {
      const name = getBench().name('long').padEnd(249, 'x')
      expect(await create([plain(name)], { validateOnly: true })).toMatchObject([{ errorCode: 0 }])
    })

    it('refuses a name that differs from another only in dots and underscores', async () => {
      const name = getBench().name('a.b_c')
      expect(await create([plain(name)])).toMatchObject([{ errorCode: 0 }])
      await refusedWith(plain(name.replace('a.b_c', 'a_b.c')), 'INVALID_TOPIC_EXCEPTION')
    })

    it.each([0, -2])('refuses %i partitions', async (numPartitions) => {
      await refusedWith(plain(getBench().name('bad'), { numPartitions }), 'INVALID_PARTITIONS')
    })

    it.each([0, -2, 100])('refuses %i replicas', async (replicationFactor) => {
      await refusedWith(plain(getBench().name('bad'), { replicationFactor }), 'INVALID_REPLICATION_FACTOR')
    })

    it('takes an assignment of partitions to brokers', async () => {
      const broker = await someBroker()
      const assignments = [1, 0].map((partitionIndex) => ({ partitionIndex, brokerIds: [broker] }))
      const name = getBench().name('assigned')
      const topic = plain(name, { numPartitions: -1, replicationFactor: -1, assignments })
      expect(await create([topic])).toMatchObject([{ errorCode: 0, numPartitions: 2, replicationFactor: 1 }])
    })

    it.each([
      ['a number of partitions', { numPartitions: 1 }, 'INVALID_REQUEST'],
      ['a number of replicas', { replicationFactor: 1 }, 'INVALID_REQUEST'],
    ] as const)('refuses an assignment beside %s', async (_, changes, error) => {
      const assignments = [{ partitionIndex: 0, brokerIds: [await someBroker()] }]
      const topic = { numPartitions: -1, replicationFactor: -1, assignments, ...changes }
      await refusedWith(plain(getBench().name('bad'), topic), error)
    })

    it.each([
      ['that leaves a partition out', [0, 2], (broker: number) => [broker]],
      ['that does not begin with partition 0', [1], (broker: number) => [broker]],
      ['without brokers', [0], () => []],
      ['with a broker twice', [0], (broker: number) => [broker, broker]],
      ['with a broker that is not there', [0], () => [noBroker]],
    ])('refuses an assignment %s', async (_, partitions, brokersOf) => {
      const broker = await someBroker()
      const assignments = partitions.map((partitionIndex) => ({
        partitionIndex,
        brokerIds: brokersOf(broker),
      }))
      const changes = { numPartitions: -1, replicationFactor: -1, assignments }
      await refusedWith(plain(getBench().name('bad'), changes), 'INVALID_REPLICA_ASSIGNMENT')
    })

    it('refuses a partition that is assigned twice', async () => {
      const brokerIds = [await someBroker()]
      const assignments = [0, 0].map((partitionIndex) => ({ partitionIndex, brokerIds }))
      const changes = { numPartitions: -1, replicationFactor: -1, assignments }
      await refusedWith(plain(getBench().name('bad'), changes), 'INVALID_REPLICA_ASSIGNMENT')
    })

    it.each([
      ['a setting that Kafka does not know', 'no.such.setting', '1'],
      ['a word for a number', 'retention.ms', 'long'],
      ['a number out of range', 'min.insync.replicas', '0'],
      ['a value that is none of those allowed', 'cleanup.policy', 'shred'],
      ['a compression that Kafka does not know', 'compression.type', 'brotli'],
      ['a yes for a boolean', 'unclean.leader.election.enable', 'yes'],
      ['an empty number', 'max.message.bytes', ''],
      ['no value', 'retention.ms', null],
    ])('refuses %s as configuration', async (_, name, value) => {
      await refusedWith(plain(getBench().name('bad'), { configs: [{ name, value }] }), 'INVALID_CONFIG')
    })

    it('refuses a topic that is named twice, once', async () => {
      const name = getBench().name('twice')
      expect(await create([plain(name), plain(name)])).toMatchObject([
        { name, errorCode: errorCode.INVALID_REQUEST },
      ])
      expect(await exists(name)).toBe(false)
    })

    it('creates the good topics of a request with a bad one', async () => {
      const name = getBench().name('good')
      const answers = await create([plain('bad name'), plain(name)])
      expect(new Map(answers.map((answer) => [answer.name, answer.errorCode]))).toEqual(
        new Map([
          ['bad name', errorCode.INVALID_TOPIC_EXCEPTION],
          [name, 0],
        ]),
      )
    })

    it('may be asked of any broker', async () => {
      const bench = getBench()
      for (const address of bench.cluster.brokers) {
        const client = await bench.client(address)
        const { topics } = await client.send(createTopics, 7, { topics: [plain(bench.name('any'))] })
        expect(topics).toMatchObject([{ errorCode: 0 }])
      }
    })
  })

  describe('DeleteTopics', () => {
    const remove = async (
      topics: readonly { readonly name: string | null; readonly topicId?: string }[],
      version = 6,
    ) =>
      (
        await (
          await getBench().client()
        ).send(deleteTopics, version, {
          ...(version >= 6
            ? { topics: topics.map(({ name, topicId = noTopicId }) => ({ name, topicId })) }
            : { topicNames: topics.map(({ name }) => name!) }),
          timeoutMs: 5000,
        })
      ).responses
    const gone = async (topic: FactTopic): Promise<boolean | undefined> =>
      (await exists(topic.name)) ? undefined : true

    it.each([1, 2, 3, 4, 5, 6])('deletes a topic in v%i', async (version) => {
      const topic = await getBench().topic()
      expect(
        await remove(
          [topic].map(({ name }) => ({ name })),
          version,
        ),
      ).toMatchObject([{ name: topic.name, errorCode: 0, topicId: version >= 6 ? topic.id : noTopicId }])
      expect(await until(`the end of ${topic.name}`, () => gone(topic))).toBe(true)
    })

    it.each([1, 2, 3, 4, 5, 6])('does not know a topic that is not there in v%i', async (version) => {
      const name = getBench().name('missing')
      expect(await remove([{ name }], version)).toMatchObject([
        { name, errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION },
      ])
    })

    it('deletes a topic by its id', async () => {
      const topic = await getBench().topic()
      expect(await remove([{ name: null, topicId: topic.id }])).toMatchObject([
        { name: topic.name, topicId: topic.id, errorCode: 0 },
      ])
      expect(await until(`the end of ${topic.name}`, () => gone(topic))).toBe(true)
    })

    it('does not know an id that is not there', async () => {
      const topicId = '6d0f5a20-0000-4000-8000-00000000abcd'
      expect(await remove([{ name: null, topicId }])).toMatchObject([
        { name: null, topicId, errorCode: errorCode.UNKNOWN_TOPIC_ID },
      ])
    })

    it('refuses a topic that is named and has an id', async () => {
      const topic = await getBench().topic()
      expect(await remove([{ name: topic.name, topicId: topic.id }])).toMatchObject([
        { errorCode: errorCode.INVALID_REQUEST },
      ])
      expect(await exists(topic.name)).toBe(true)
    })

    it('refuses a topic that is named twice', async () => {
      const { name } = await getBench().topic()
      expect(await remove([{ name }, { name }])).toMatchObject([
        { name, errorCode: errorCode.INVALID_REQUEST },
      ])
      expect(await exists(name)).toBe(true)
    })

    it('refuses a topic that has neither', async () => {
      expect(await remove([{ name: null }])).toMatchObject([{ errorCode: errorCode.INVALID_REQUEST }])
    })

    it('deletes the good topics of a request with a bad one', async () => {
      const topic = await getBench().topic()
      const missing = getBench().name('missing')
      const answers = await remove([{ name: missing }, { name: topic.name }])
      expect(new Map(answers.map((answer) => [answer.name, answer.errorCode]))).toEqual(
        new Map([
          [missing, errorCode.UNKNOWN_TOPIC_OR_PARTITION],
          [topic.name, 0],
        ]),
      )
    })
  })

  describe('CreatePartitions', () => {
    const grow = async (
      name: string,
      count: number,
      { version = 3, validateOnly = false, assignments = null as readonly (readonly number[])[] | null } = {},
    ) =>
      (
        await (
          await getBench().client()
        ).send(createPartitions, version, {
          topics: [{ name, count, assignments: assignments?.map((brokerIds) => ({ brokerIds })) ?? null }],
          timeoutMs: 5000,
          validateOnly,
        })
      ).results

    it.each([0, 1, 2, 3])('gives a topic more partitions in v%i', async (version) => {
      const topic = await getBench().topic()
      expect(await grow(topic.name, 3, { version })).toEqual([
        { name: topic.name, errorCode: 0, errorMessage: null },
      ])
      await getBench().settled(topic, 3)
    })

    it.each([2, 1, 0, -1])('refuses %i for a topic that has 2', async (count) => {
      const topic = await getBench().topic({ partitions: 2 })
      expect(await grow(topic.name, count)).toMatchObject([{ errorCode: errorCode.INVALID_PARTITIONS }])
      expect(await grow(topic.name, count, { validateOnly: true })).toMatchObject([
        { errorCode: errorCode.INVALID_PARTITIONS },
      ])
    })

    it('does not know a topic that is not there', async () => {
      expect(await grow(getBench().name('missing'), 3)).toMatchObject([
        { errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION },
      ])
    })

    it('changes nothing with validateOnly', async () => {
      const topic = await getBench().topic()
      expect(await grow(topic.name, 2, { validateOnly: true })).toMatchObject([{ errorCode: 0 }])
      await getBench().settled(topic, 1)
    })

    it('takes an assignment', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const { brokers } = await (await bench.client()).send(metadata, 12, { topics: [] })
      const all = brokers.map(({ nodeId }) => nodeId)
      expect(await grow(topic.name, 2, { assignments: [all] })).toMatchObject([{ errorCode: 0 }])
      await bench.settled(topic, 2)
    })

    it.each([
      ['for too few partitions', 3, (all: readonly number[]) => [all]],
      ['for too many partitions', 2, (all: readonly number[]) => [all, all]],
      ['without brokers', 2, () => [[]]],
      ['with a broker that is not there', 2, (all: readonly number[]) => [all.with(0, noBroker)]],
    ])('refuses an assignment %s', async (_, count, assign) => {
      const bench = getBench()
      const topic = await bench.topic()
      const { brokers } = await (await bench.client()).send(metadata, 12, { topics: [] })
      const assignments = assign(brokers.map(({ nodeId }) => nodeId))
      expect(await grow(topic.name, count, { assignments })).toMatchObject([
        { errorCode: errorCode.INVALID_REPLICA_ASSIGNMENT },
      ])
    })

    it.each([
      [[10_001], [0]],
      [[10_002], [-1]],
      [
        [5001, 5001],
        [0, 0],
      ],
      [
        [5001, 5002],
        [-1, 0],
      ],
      [
        [10_002, 10_002],
        [-1, -1],
      ],
    ])('has room for 10,000 more in a request: %j', async (counts, codes) => {
      const bench = getBench()
      const wanted = counts.map(async (count) => ({
        name: (await bench.topic()).name,
        count,
        assignments: null,
      }))
      const topics = await Promise.all(wanted)
      const request = { topics, timeoutMs: 5000, validateOnly: true }
      const { results } = await (await bench.client()).send(createPartitions, 3, request)
      // Kafka goes through them in no order that a client knows.
      expect(results.map(({ errorCode: code }) => code).toSorted((a, b) => a - b)).toEqual(codes)
      expect(new Set(results.map(({ errorMessage }) => errorMessage))).toEqual(new Set([null]))
    })

    it('refuses a topic that is named twice', async () => {
      const { name } = await getBench().topic()
      const { results } = await (
        await getBench().client()
      ).send(createPartitions, 3, {
        topics: [2, 3].map((count) => ({ name, count, assignments: null })),
        timeoutMs: 5000,
        validateOnly: false,
      })
      expect(results).toMatchObject([{ name, errorCode: errorCode.INVALID_REQUEST }])
    })
  })
}
