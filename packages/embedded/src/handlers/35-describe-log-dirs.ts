import { describeLogDirs, type RequestOf, type ResponseInputOf } from '@headwater/protocol'
import type { Topic } from '../cluster/topic.ts'
import { defineHandler, type Handler, type RequestContext } from './handler.ts'

type Asked = NonNullable<RequestOf<typeof describeLogDirs>['topics']>
type TopicSizes = ResponseInputOf<typeof describeLogDirs>['results'][number]['topics'][number]

/** There are no directories, but tools want a name for where the replicas lie. */
const logDir = '/embedded'

/**
 * Behaviour: one directory that holds every replica of the broker that is asked; replicas share their log, so all
 * have its size. Partitions that are not there are left out. How large the disk is stays unknown.
 *
 * Versions: 1 to 5; v3 an error for the whole, v4 the size of the disk, v5 cordoned directories.
 */
export const describeLogDirsHandler: Handler<typeof describeLogDirs> = defineHandler({
  api: describeLogDirs,
  versions: [1, 5],
  handle: ({ topics }, context) => ({
    errorCode: 0,
    results: [{ errorCode: 0, logDir, topics: sizes(topics, context) }],
  }),
  fail: (_request, code) => ({ errorCode: code, results: [] }),
})

function sizes(asked: Asked | null, { cluster, broker }: RequestContext): TopicSizes[] {
  const wanted = asked?.flatMap(({ topic: name, partitions }) => {
    const topic = cluster.topic(name)
    return topic === undefined ? [] : [{ topic, only: partitions }]
  })
  return (wanted ?? cluster.topics.map((topic) => ({ topic, only: undefined })))
    .map(({ topic, only }) => sizesOf(topic, broker, only))
    .filter(({ partitions }) => partitions.length > 0)
}

function sizesOf(topic: Topic, broker: number, only: readonly number[] | undefined): TopicSizes {
  return {
    name: topic.name,
    partitions: topic.partitions
      .filter(({ index, replicas }) => replicas.includes(broker) && (only?.includes(index) ?? true))
      .map(({ index, log }) => ({
        partitionIndex: index,
        partitionSize: BigInt(log.sizeInBytes),
        offsetLag: 0n,
        isFutureKey: false,
      })),
  }
}
