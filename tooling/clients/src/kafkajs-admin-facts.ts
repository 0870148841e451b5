import { kindOf } from './error-kind.ts'
import { KafkajsClient } from './kafkajs-client.ts'
import type { Looks } from './look-client.ts'
import { settle } from './settle.ts'

/** Kafka's number for a topic among the things that have settings. */
const topicResource = 2

/** What the administrator of kafkajs sees. */
export const kafkajsAdminLooks: Looks = {
  'Admin creates a topic, once, lists and deletes it': [
    async (bench) => {
      const admin = await new KafkajsClient(bench).admin()
      const topic = bench.name()
      const topics = [{ topic, numPartitions: 2 }]
      const create = (): Promise<boolean> => admin.createTopics({ topics, waitForLeaders: false })
      const created = [await create(), await create()]
      const isListed = async (): Promise<boolean> => (await admin.listTopics()).includes(topic)
      const listed = await settle(isListed, (seen) => seen)
      await admin.deleteTopics({ topics: [topic] })
      return [created, listed, await settle(isListed, (seen) => !seen)]
    },
    [[true, false], true, false],
  ],
  'Admin describes a topic, and nothing that is not there': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.topic(2)
      const admin = await client.admin()
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      return [
        topics[0]?.partitions
          .map(({ partitionId, leader, isr }) => [partitionId, isr.includes(leader)])
          .toSorted(),
        await kindOf(admin.fetchTopicMetadata({ topics: [bench.name()] })),
      ]
    },
    [
      [
        [0, true],
        [1, true],
      ],
      'UNKNOWN_TOPIC_OR_PARTITION',
    ],
  ],
  'Admin adds partitions, and takes none away': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.topic(2)
      const admin = await client.admin()
      await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] })
      const refused = await kindOf(admin.createPartitions({ topicPartitions: [{ topic, count: 1 }] }))
      const grown = await settle(
        async () => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions.length,
        (count) => count === 3,
      )
      return [grown, refused]
    },
    [3, 'INVALID_PARTITIONS'],
  ],
  'Admin knows beginning and end, and the first offset at a time': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.filledTopic(10)
      const admin = await client.admin()
      return [
        await admin.fetchTopicOffsets(topic),
        await admin.fetchTopicOffsetsByTimestamp(topic, 1_700_000_000_004),
      ]
    },
    [[{ partition: 0, offset: '10', high: '10', low: '0' }], [{ partition: 0, offset: '4' }]],
  ],
  'Admin changes and shows the settings of a topic': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const name = await client.topic(1, { 'retention.ms': '5000' })
      const admin = await client.admin()
      const type = topicResource
      const show = async (): Promise<readonly string[] | undefined> => {
        const configNames = ['retention.ms', 'max.message.bytes']
        const { resources } = await admin.describeConfigs({
          resources: [{ type, name, configNames }],
          includeSynonyms: false,
        })
        return resources[0]?.configEntries
          .map(({ configName, configValue, isDefault }) => [configName, configValue, isDefault].join(' '))
          .toSorted()
      }
      const before = await show()
      const configEntries = [{ name: 'max.message.bytes', value: '9000' }]
      await admin.alterConfigs({ validateOnly: false, resources: [{ type, name, configEntries }] })
      return [before, await settle(show, (seen) => seen?.join() !== before?.join())]
    },
    // The second request sets all settings: what it does not name goes back to its default.
    [
      ['max.message.bytes 1048588 true', 'retention.ms 5000 false'],
      ['max.message.bytes 9000 false', 'retention.ms 604800000 true'],
    ],
  ],
  'Admin knows the cluster': [
    async (bench) => {
      const { brokers, controller, clusterId } = await (
        await new KafkajsClient(bench).admin()
      ).describeCluster()
      return [brokers.length === bench.brokers.length, controller !== null, clusterId.length > 0]
    },
    [true, true, true],
  ],
  'Admin deletes records up to an offset': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.filledTopic(10)
      const admin = await client.admin()
      // Kafkajs looks for the leader in what this connection learned before.
      await admin.fetchTopicMetadata({ topics: [topic] })
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] })
      return [(await admin.fetchTopicOffsets(topic))[0]?.low, await client.values(topic, 6)]
    },
    ['4', ['4', '5', '6', '7', '8', '9']],
  ],
  'Admin lists and describes a group, and deletes it when it is empty': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.filledTopic(3)
      const groupId = bench.name()
      const consumer = await client.consumer(topic, { groupId })
      const joined = Promise.withResolvers<void>()
      consumer.on(consumer.events.GROUP_JOIN, () => joined.resolve())
      await consumer.run({ eachMessage: async () => undefined })
      await joined.promise
      const admin = await client.admin()
      const describeGroup = async (): Promise<unknown> => {
        const [group] = (await admin.describeGroups([groupId])).groups
        return [group?.state, group?.protocol, group?.members.length]
      }
      const listed = (await admin.listGroups()).groups.find((group) => group.groupId === groupId)
      const stable = await describeGroup()
      const refused = await kindOf(admin.deleteGroups([groupId]))
      await consumer.disconnect()
      const [, , members] = (await describeGroup()) as readonly unknown[]
      await admin.deleteGroups([groupId])
      return [listed?.protocolType, stable, refused, members, await describeGroup()]
    },
    ['consumer', ['Stable', 'RoundRobinAssigner', 1], 'NON_EMPTY_GROUP', 0, ['Dead', '', 0]],
  ],
  'Admin moves the offsets of a group': [
    async (bench) => {
      const client = new KafkajsClient(bench)
      const topic = await client.filledTopic(10)
      const groupId = bench.name()
      const admin = await client.admin()
      await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '8' }] })
      const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] })
      return [offsets?.partitions[0]?.offset, await client.values(topic, 2, { groupId })]
    },
    ['8', ['8', '9']],
  ],
}
