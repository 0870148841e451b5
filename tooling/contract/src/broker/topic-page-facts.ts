import { describeTopicPartitions, errorCode, type ResponseOf } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import type { BrokerBench } from './broker-bench.ts'
import { missingTopic } from './produce-to.ts'

/** Where the next page begins. */
interface Cursor {
  readonly topicName: string
  readonly partitionIndex: number
}

/** What a client may do with a topic where nobody keeps it from anything, as bits by `AclOperation`. */
const everything = [3, 4, 5, 6, 7, 8, 10, 11].reduce((bits, bit) => bits | (1 << bit), 0)

/** Topics and their partitions, page by page. */
export function describeTopicPages(getBench: () => BrokerBench): void {
  const ask = async (
    names: readonly string[],
    options: { readonly limit?: number; readonly cursor?: Cursor | null } = {},
  ): Promise<ResponseOf<typeof describeTopicPartitions>> =>
    (await getBench().client()).send(describeTopicPartitions, 0, {
      topics: names.map((name) => ({ name })),
      responsePartitionLimit: options.limit ?? 2000,
      cursor: options.cursor ?? null,
    })
  const pageOf = ({ topics, nextCursor }: ResponseOf<typeof describeTopicPartitions>) => ({
    topics: topics.map(({ name, partitions }) => [name, partitions.map((one) => one.partitionIndex)]),
    nextCursor,
  })
  /** Two topics of three partitions, in the order of their names. */
  const twoTopics = async (): Promise<[string, string]> => {
    const made = [await getBench().topic({ partitions: 3 }), await getBench().topic({ partitions: 3 })]
    const [first, second] = made.map(({ name }) => name).toSorted()
    return [first!, second!]
  }

  describe('DescribeTopicPartitions', () => {
    it('says of a topic who holds its partitions, and what one may do with it', async () => {
      const bench = getBench()
      const { name, id } = await bench.topic({ partitions: 2 })
      const { topics, nextCursor } = await ask([name])
      expect(nextCursor).toBeNull()
      expect(topics).toMatchObject([
        { errorCode: 0, name, topicId: id, isInternal: false, topicAuthorizedOperations: everything },
      ])
      expect(topics[0]!.partitions.map(({ partitionIndex }) => partitionIndex)).toEqual([0, 1])
      for (const partition of topics[0]!.partitions) {
        expect(partition).toMatchObject({ errorCode: 0, leaderEpoch: 0, offlineReplicas: [] })
        expect(partition.replicaNodes).toHaveLength(bench.cluster.replicationFactor)
        expect(new Set(partition.isrNodes)).toEqual(new Set(partition.replicaNodes))
        expect(partition.replicaNodes).toContain(partition.leaderId)
        expect(partition.eligibleLeaderReplicas).toEqual([])
        expect(partition.lastKnownElr).toEqual([])
      }
    })

    it('gives topics in the order of their names, each once', async () => {
      const [first, second] = await twoTopics()
      expect(pageOf(await ask([second, first, second]))).toEqual({
        topics: [
          [first, [0, 1, 2]],
          [second, [0, 1, 2]],
        ],
        nextCursor: null,
      })
    })

    it('knows a topic beside one that is not there', async () => {
      const topic = await getBench().topic()
      const missing = missingTopic(getBench()).name
      const { topics } = await ask([missing, topic.name])
      for (const { topicAuthorizedOperations } of topics) expect(topicAuthorizedOperations).toBe(everything)
      expect(new Map(topics.map(({ name, errorCode: code }) => [name, code]))).toEqual(
        new Map([
          [topic.name, 0],
          [missing, errorCode.UNKNOWN_TOPIC_OR_PARTITION],
        ]),
      )
    })

    it('says nothing of a name that no topic can have but that it is no good', async () => {
      const { topics } = await ask(['no name'])
      expect(topics).toMatchObject([{ errorCode: errorCode.INVALID_TOPIC_EXCEPTION, name: 'no name' }])
    })

    it.each([
      [1, [[0], [1], [2]]],
      [2, [[0, 1], [2]]],
      [3, [[0, 1, 2]]],
    ])('gives %i partition(s) a page, and says where the next begins', async (limit, pages) => {
      const { name } = await getBench().topic({ partitions: 3 })
      let cursor: Cursor | null = null
      for (const page of pages) {
        const answer = pageOf(await ask([name], { limit, cursor }))
        expect(answer.topics).toEqual([[name, page]])
        cursor = answer.nextCursor
      }
      expect(cursor).toBeNull()
    })

    it('turns the page within a topic and between two', async () => {
      const [first, second] = await twoTopics()
      const names = [first, second]
      expect(pageOf(await ask(names, { limit: 3 }))).toEqual({
        topics: [[first, [0, 1, 2]]],
        nextCursor: { topicName: second, partitionIndex: 0 },
      })
      expect(pageOf(await ask(names, { limit: 4 }))).toEqual({
        topics: [
          [first, [0, 1, 2]],
          [second, [0]],
        ],
        nextCursor: { topicName: second, partitionIndex: 1 },
      })
      const cursor = { topicName: first, partitionIndex: 2 }
      expect(pageOf(await ask(names, { limit: 2, cursor }))).toEqual({
        topics: [
          [first, [2]],
          [second, [0]],
        ],
        nextCursor: { topicName: second, partitionIndex: 1 },
      })
    })

    it.each([0, -5])('gives one partition where a page shall have %i', async (limit) => {
      const { name } = await getBench().topic({ partitions: 2 })
      expect(pageOf(await ask([name], { limit }))).toEqual({
        topics: [[name, [0]]],
        nextCursor: { topicName: name, partitionIndex: 1 },
      })
    })

    it('gives no partitions of a topic from beyond its end', async () => {
      const [first, second] = await twoTopics()
      const cursor = { topicName: first, partitionIndex: 9 }
      expect(pageOf(await ask([first, second], { cursor }))).toEqual({
        topics: [
          [first, []],
          [second, [0, 1, 2]],
        ],
        nextCursor: null,
      })
    })

    it('turns the page before a topic that is not there, too', async () => {
      const [first, second] = await twoTopics()
      const names = [first, `${first}0`, second]
      expect(pageOf(await ask(names, { limit: 3 }))).toEqual({
        topics: [[first, [0, 1, 2]]],
        nextCursor: { topicName: `${first}0`, partitionIndex: 0 },
      })
    })

    it('gives all topics when it is asked for none in particular', async () => {
      const [first, second] = await twoTopics()
      // There can be more between the two than a page holds.
      for (const topicName of [first, second]) {
        const answer = await ask([], { cursor: { topicName, partitionIndex: 0 } })
        const names = answer.topics.map(({ name }) => name!)
        expect(names).toEqual(names.toSorted())
        expect(names[0]).toBe(topicName)
      }
    })

    it('begins with the next topic where the one of the cursor is gone', async () => {
      const [first] = await twoTopics()
      const cursor = { topicName: first.slice(0, -1), partitionIndex: 2 }
      const { topics } = await ask([], { cursor })
      expect(topics[0]).toMatchObject({ errorCode: 0, name: expect.any(String) as unknown })
      expect(topics[0]!.partitions[0]!.partitionIndex).toBe(0)
    })

    it('refuses all where the cursor is before the first partition, or in a topic that was not asked for', async () => {
      const [first, second] = await twoTopics()
      const refused = { errorCode: errorCode.INVALID_REQUEST, partitions: [] }
      for (const cursor of [
        { topicName: first, partitionIndex: -1 },
        { topicName: `${second}0`, partitionIndex: 0 },
        { topicName: first.slice(0, -1), partitionIndex: 0 },
      ]) {
        const { topics, nextCursor } = await ask([second, first], { cursor })
        expect(topics).toMatchObject([
          { ...refused, name: second },
          { ...refused, name: first },
        ])
        expect(nextCursor).toBeNull()
      }
    })
  })
}
