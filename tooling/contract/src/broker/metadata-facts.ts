import { errorCode, findCoordinator, metadata, type ResponseOf } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { noTopicId, until, type BrokerBench } from './broker-bench.ts'

const versions = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]

/** What Metadata says of brokers and topics. */
export function describeMetadata(getBench: () => BrokerBench): void {
  const ask = async (
    version: number,
    names: readonly (string | null)[] | null,
    allowAutoTopicCreation = false,
  ): Promise<ResponseOf<typeof metadata>> =>
    (await getBench().client()).send(metadata, version, {
      topics: names?.map((name) => ({ name, topicId: noTopicId })) ?? null,
      allowAutoTopicCreation: version < 4 || allowAutoTopicCreation,
    })

  describe.each(versions)('Metadata v%i', (version) => {
    it('names the brokers, and says of a topic who holds its partitions', async () => {
      const bench = getBench()
      const { name, id } = await bench.topic({ partitions: 2 })
      const { brokers, topics, controllerId, clusterId } = await ask(version, [name])
      const ids = brokers.map(({ nodeId }) => nodeId)
      expect(brokers.map(({ host, port }) => `${host}:${port}`).toSorted()).toEqual(
        bench.cluster.brokers.toSorted(),
      )
      expect(topics).toHaveLength(1)
      expect(topics[0]).toMatchObject({ errorCode: 0, name, isInternal: false })
      expect(topics[0]!.topicId).toBe(version >= 10 ? id : noTopicId)
      expect(new Set(topics[0]!.partitions.map(({ partitionIndex }) => partitionIndex))).toEqual(
        new Set([0, 1]),
      )
      for (const partition of topics[0]!.partitions) {
        expect(partition).toMatchObject({ errorCode: 0, leaderEpoch: version >= 7 ? 0 : -1 })
        expect(partition.offlineReplicas).toEqual([])
        expect(partition.replicaNodes).toHaveLength(bench.cluster.replicationFactor)
        expect(new Set(partition.isrNodes)).toEqual(new Set(partition.replicaNodes))
        expect(partition.replicaNodes).toContain(partition.leaderId)
        expect(ids).toContain(partition.leaderId)
      }
      if (version >= 1) expect(ids).toContain(controllerId)
      expect(clusterId === null).toBe(version < 2)
    })

    it('names all topics when it is asked for none in particular', async () => {
      const topic = await getBench().topic()
      const { topics } = await ask(version, version === 0 ? [] : null)
      expect(topics.map(({ name }) => name)).toContain(topic.name)
    })

    it('knows one topic beside another that it does not', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const { topics } = await ask(version, ['not a name', topic.name])
      expect(new Map(topics.map(({ name, errorCode: code }) => [name, code]))).toEqual(
        new Map([
          ['not a name', errorCode.INVALID_TOPIC_EXCEPTION],
          [topic.name, 0],
        ]),
      )
    })
  })

  describe('Metadata', () => {
    it.each(versions.filter((version) => version >= 1))(
      'names no topic when v%i asks for an empty list',
      async (version) => {
        const answer = await ask(version, [])
        expect(answer.topics).toEqual([])
        expect(answer.brokers).not.toHaveLength(0)
      },
    )

    it.each(versions.filter((version) => version >= 4))(
      'neither knows nor creates a topic that is not there, when v%i forbids it',
      async (version) => {
        const name = getBench().name('missing')
        for (let times = 0; times < 2; times++) {
          expect((await ask(version, [name])).topics).toMatchObject([
            { name, errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION, partitions: [] },
          ])
        }
      },
    )

    it.each(['.', '..', 'a b', 'a/b', 'ümlaut', 'x'.repeat(250)])(
      'calls %j no name for a topic',
      async (name) => {
        expect((await ask(12, [name])).topics).toMatchObject([
          { name, errorCode: errorCode.INVALID_TOPIC_EXCEPTION, partitions: [] },
        ])
      },
    )

    it.each([12, 13])('finds a topic by its id in v%i', async (version) => {
      const bench = getBench()
      const topic = await bench.topic()
      const client = await bench.client()
      const { topics } = await client.send(metadata, version, { topics: [{ name: null, topicId: topic.id }] })
      expect(topics).toMatchObject([{ errorCode: 0, name: topic.name, topicId: topic.id }])
    })

    it.each([12, 13])('answers an id that it does not know with UNKNOWN_TOPIC_ID in v%i', async (version) => {
      const client = await getBench().client()
      const topicId = '6d0f5a20-0000-4000-8000-00000000abcd'
      const { topics } = await client.send(metadata, version, { topics: [{ name: null, topicId }] })
      expect(topics).toMatchObject([{ errorCode: errorCode.UNKNOWN_TOPIC_ID, name: null, topicId }])
    })

    it.each([4, 12])('creates a topic for a client that allows it (v%i)', async (version) => {
      const name = getBench().name('auto')
      const created = await until(`topic ${name}`, async () => {
        const { topics } = await ask(version, [name], true)
        return topics[0]!.errorCode === 0 ? topics[0] : undefined
      })
      expect(created.partitions).toHaveLength(1)
    })

    it('creates no topic with an impossible name', async () => {
      expect((await ask(12, ['no such name'], true)).topics).toMatchObject([
        { errorCode: errorCode.INVALID_TOPIC_EXCEPTION },
      ])
    })

    it('marks the topic of committed offsets as internal', async () => {
      const bench = getBench()
      const client = await bench.client()
      const offsets = await until('__consumer_offsets', async () => {
        await client.send(findCoordinator, 2, { key: 'any', keyType: 0 })
        const { topics } = await ask(12, ['__consumer_offsets'])
        return topics[0]!.errorCode === 0 ? topics[0] : undefined
      })
      expect(offsets.isInternal).toBe(true)
      expect(offsets.partitions).toHaveLength(4)
    })

    it('says the same whichever broker is asked', async () => {
      const bench = getBench()
      const topic = await bench.topic({ partitions: 3 })
      const answers = []
      for (const address of bench.cluster.brokers) {
        const client = await bench.client(address)
        const { topics, clusterId } = await client.send(metadata, 12, {
          topics: [{ name: topic.name, topicId: noTopicId }],
        })
        answers.push({ clusterId, partitions: topics[0]!.partitions.map(({ leaderId }) => leaderId) })
      }
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    })
  })
}
