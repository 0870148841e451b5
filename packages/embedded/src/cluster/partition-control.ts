import type { Partition } from './partition.ts'

/** One partition of the cluster, to look at and to change; it shows the present, whenever it is asked. */
export interface PartitionControl {
  readonly topic: string
  readonly index: number
  /** The brokers that hold it, the preferred leader first. */
  readonly replicas: readonly number[]
  /** The id of the broker that leads; -1 for none. */
  readonly leader: number
  /** Rises with every election. */
  readonly leaderEpoch: number
  /** The in-sync replicas. */
  readonly inSync: readonly number[]
  /** The first offset that can be read. */
  readonly startOffset: bigint
  /** The offset that the next record gets; also the high watermark. */
  readonly endOffset: bigint
  /** Up to here no transaction is open. */
  readonly lastStableOffset: bigint
  /** Elects another in-sync replica; throws `ELIGIBLE_LEADERS_NOT_AVAILABLE` for a broker that is none. */
  moveLeader(broker: number): void
  /** Takes the leader away; `moveLeader`, or a replica's broker that starts, brings one back. */
  leaderless(): void
  /**
   * Lets all replicas but these fall behind; giving all of them brings them back, as does the start of a broker.
   * Throws `INVALID_REPLICA_ASSIGNMENT` without the leader or with a stranger.
   */
  shrinkIsr(brokers: readonly number[]): void
  /** Lets the log begin at a later offset, as retention does; throws `OFFSET_OUT_OF_RANGE` outside the log. */
  setLogStart(offset: bigint | number): void
}

/** The control of a partition: not the partition itself, since test runners copy what they compare. */
export function controlPartition(partition: Partition): PartitionControl {
  const { topic, index } = partition
  return {
    topic,
    index,
    get replicas() {
      return partition.replicas
    },
    get leader() {
      return partition.leader
    },
    get leaderEpoch() {
      return partition.leaderEpoch
    },
    get inSync() {
      return partition.inSync
    },
    get startOffset() {
      return partition.log.startOffset
    },
    get endOffset() {
      return partition.log.endOffset
    },
    get lastStableOffset() {
      return partition.log.lastStableOffset
    },
    moveLeader: (broker) => partition.moveLeader(broker),
    leaderless: () => partition.loseLeader(),
    shrinkIsr: (brokers) => partition.setInSync(brokers),
    setLogStart: (offset) => partition.setLogStart(BigInt(offset)),
  }
}
