import { kindOf } from './error-kind.ts'
import type { Looks } from './look-client.ts'
import { PlatformaticClient } from './platformatic-client.ts'
import { settle } from './settle.ts'

const topicResource = 2
const setOperation = 0

/** What the administrator of @platformatic/kafka sees. */
export const platformaticAdminLooks: Looks = {
  'Admin creates a topic, once, lists and deletes it': [
    async (bench) => {
      const admin = new PlatformaticClient(bench).admin()
      const topic = bench.name()
      const create = (): Promise<readonly { partitions: number }[]> =>
        admin.createTopics({ topics: [topic], partitions: 2, replicas: 1 })
      const [created] = await create()
      const refused = await kindOf(create())
      const isListed = async (): Promise<boolean> => (await admin.listTopics()).includes(topic)
      const listed = await settle(isListed, (seen) => seen)
      await admin.deleteTopics({ topics: [topic] })
      return [created?.partitions, refused, listed, await settle(isListed, (seen) => !seen)]
    },
    [2, 'TOPIC_ALREADY_EXISTS', true, false],
  ],
  'Admin adds partitions, and takes none away': [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const topic = await client.topic(2)
      const admin = client.admin()
      await admin.createPartitions({ topics: [{ name: topic, count: 3 }] })
      const count = async (): Promise<number | undefined> =>
        (await admin.metadata({ topics: [topic], forceUpdate: true })).topics.get(topic)?.partitionsCount
      const grown = await settle(count, (seen) => seen === 3)
      const refused = await kindOf(admin.createPartitions({ topics: [{ name: topic, count: 1 }] }))
      return [grown, refused]
    },
    [3, 'INVALID_PARTITIONS'],
  ],
  'Admin finds the earliest, the latest, the one at a time and the one with the latest time': [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const topic = await client.filledTopic(10)
      const admin = client.admin()
      const at = async (timestamp: bigint): Promise<number> => {
        const partitions = [{ partitionIndex: 0, timestamp }]
        const [found] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
        return Number(found?.partitions[0]?.offset)
      }
      return Promise.all([-2n, -1n, 1_700_000_000_004n, -3n].map(at))
    },
    [0, 10, 4, 9],
  ],
  "Admin sets a topic's settings, and shows them": [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const resourceName = await client.topic(1, { 'retention.ms': '5000' })
      const admin = client.admin()
      const configs = [{ name: 'max.message.bytes', value: '9000', configOperation: setOperation }] as const
      await admin.incrementalAlterConfigs({
        resources: [{ resourceType: topicResource, resourceName, configs: [...configs] }],
      })
      const configurationKeys = ['retention.ms', 'max.message.bytes']
      const show = async (): Promise<readonly string[] | undefined> => {
        const resources = [{ resourceType: topicResource, resourceName, configurationKeys } as const]
        const [described] = await admin.describeConfigs({ resources: [...resources] })
        return described?.configs.map(({ name, value }) => `${name}=${value}`).toSorted()
      }
      return settle(show, (seen) => seen?.includes('max.message.bytes=9000') === true)
    },
    ['max.message.bytes=9000', 'retention.ms=5000'],
  ],
  'Admin deletes records up to an offset': [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const topic = await client.filledTopic(10)
      const [deleted] = await client
        .admin()
        .deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: 4n }] }] })
      return [Number(deleted?.partitions[0]?.lowWatermark), await client.values(topic, 6)]
    },
    [4, ['4', '5', '6', '7', '8', '9']],
  ],
  'Admin lists and describes a group, and deletes it when it is empty': [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const topic = await client.filledTopic(3)
      const groupId = bench.name()
      const consumer = client.consumer(groupId)
      const stream = await consumer.consume({ topics: [topic], mode: 'earliest' })
      const admin = client.admin()
      const describeGroup = async (): Promise<unknown> => {
        const group = (await admin.describeGroups({ groups: [groupId] })).get(groupId)
        return [group?.state, group?.protocol, group?.members.size]
      }
      const listed = (await admin.listGroups()).get(groupId)
      const stable = await describeGroup()
      const refused = await kindOf(admin.deleteGroups({ groups: [groupId] }))
      await stream.close()
      await consumer.close()
      await admin.deleteGroups({ groups: [groupId] })
      return [listed?.state, listed?.groupType, stable, refused, (await admin.listGroups()).has(groupId)]
    },
    ['Stable', 'classic', ['Stable', 'roundrobin', 1], 'NON_EMPTY_GROUP', false],
  ],
  'Admin moves, lists and deletes the offsets of a group': [
    async (bench) => {
      const client = new PlatformaticClient(bench)
      const topic = await client.filledTopic(10)
      const groupId = bench.name()
      const admin = client.admin()
      const list = async (): Promise<readonly number[]> => {
        const [group] = await admin.listConsumerGroupOffsets({ groups: [groupId] })
        return (
          group?.topics.flatMap(({ partitions }) => partitions.map((each) => Number(each.committedOffset))) ??
          []
        )
      }
      const partitionOffsets = [{ partition: 0, offset: 8n }]
      await admin.alterConsumerGroupOffsets({ groupId, topics: [{ name: topic, partitionOffsets }] })
      const moved = await list()
      const read = await client.values(topic, 2, { groupId, mode: 'committed' })
      const after = await list()
      await admin.deleteConsumerGroupOffsets({ groupId, topics: [{ name: topic, partitionIndexes: [0] }] })
      return [moved, read, after, await list()]
    },
    [[8], ['8', '9'], [10], []],
  ],
}
