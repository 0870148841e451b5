import type { ClusterNode } from './cluster.ts'

/** A partition as a broker tells clients of it. */
export interface ViewedPartition {
  readonly index: number
  readonly leader: number
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly inSync: readonly number[]
}

/** A topic as a broker tells clients of it. */
export interface ViewedTopic {
  readonly name: string
  readonly id: string
  readonly internal: boolean
  readonly partitions: readonly ViewedPartition[]
}

/** What one broker knows of its cluster: the cluster itself, or a picture of how it once was. */
export interface MetadataView {
  readonly nodes: readonly ClusterNode[]
  readonly controllerId: number
  readonly topics: readonly ViewedTopic[]
  topic(name: string): ViewedTopic | undefined
  topicById(id: string): ViewedTopic | undefined
}

/** The cluster as it is now, for a broker that shall not hear of what comes. */
export function pictureOf(view: MetadataView): MetadataView {
  const topics = view.topics.map(({ name, id, internal, partitions }) => ({
    name,
    id,
    internal,
    partitions: partitions.map(({ index, leader, leaderEpoch, replicas, inSync }) => ({
      index,
      leader,
      leaderEpoch,
      replicas,
      inSync,
    })),
  }))
  return {
    nodes: view.nodes,
    controllerId: view.controllerId,
    topics,
    topic: (name) => topics.find((topic) => topic.name === name),
    topicById: (id) => topics.find((topic) => topic.id === id),
  }
}
