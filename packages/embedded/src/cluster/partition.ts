import { PartitionLog } from '../log/partition-log.ts'
import { LeaderEpochs, type LeaderEpochEnd } from './leader-epochs.ts'
import { Refusal } from './refusal.ts'

/** No broker leads. */
const noLeader = -1

/** One partition: who holds it, who leads it, and its log, which all replicas share. */
export class Partition {
  readonly topic: string
  readonly index: number
  readonly log: PartitionLog = new PartitionLog()
  #replicas: readonly number[]
  #leader: number = noLeader
  #leaderEpoch = 0
  #inSync: readonly number[]
  #deleted = false
  readonly #epochs = new LeaderEpochs()
  readonly #onChange = new Set<() => void>()

  constructor(
    topic: string,
    index: number,
    replicas: readonly number[],
    isAlive: (broker: number) => boolean,
  ) {
    this.topic = topic
    this.index = index
    this.#replicas = replicas
    this.#inSync = replicas.filter(isAlive)
    this.#leader = this.#inSync[0] ?? noLeader
    this.#epochs.begin(0, 0n)
  }

  /** The brokers that hold the partition, the preferred leader first. */
  get replicas(): readonly number[] {
    return this.#replicas
  }

  /** The id of the broker that leads, or {@link noLeader}. */
  get leader(): number {
    return this.#leader
  }

  /** Rises with every election. */
  get leaderEpoch(): number {
    return this.#leaderEpoch
  }

  /** The in-sync replicas. */
  get inSync(): readonly number[] {
    return this.#inSync
  }

  get deleted(): boolean {
    return this.#deleted
  }

  /** Tells whoever waits for this partition that it has grown, moved or gone. @returns takes the call back. */
  onChange(run: () => void): () => void {
    this.#onChange.add(run)
    return () => void this.#onChange.delete(run)
  }

  changed(): void {
    for (const run of this.#onChange) run()
  }

  /** A broker went away: it leaves the ISR, unless it is the last one there, and its leadership passes on. */
  brokerStopped(broker: number, isAlive: (broker: number) => boolean): void {
    const left = this.#inSync.filter((id) => id !== broker)
    if (left.length > 0) this.#inSync = left
    if (this.#leader === broker)
      this.#elect(this.replicas.find((id) => left.includes(id) && isAlive(id)) ?? noLeader)
  }

  /** A broker came back. It leads only where nobody does and nobody else may; followers catch up at once. */
  brokerStarted(broker: number, isAlive: (broker: number) => boolean): void {
    if (!this.replicas.includes(broker)) return
    if (this.#leader === noLeader && this.#inSync.includes(broker)) this.#elect(broker)
    if (this.#leader !== noLeader) this.#inSync = this.replicas.filter(isAlive)
  }

  /** Hands leadership to another in-sync replica, as an election would. */
  moveLeader(broker: number): void {
    if (!this.#inSync.includes(broker)) {
      throw new Refusal(
        'ELIGIBLE_LEADERS_NOT_AVAILABLE',
        `Broker ${broker} is not an in-sync replica of ${this.topic}-${this.index}; these are: ${this.#inSync.join(', ')}`,
      )
    }
    this.#elect(broker)
  }

  /** Takes the leader away, until one is elected by {@link Partition.moveLeader} or a broker that comes back. */
  loseLeader(): void {
    this.#elect(noLeader)
  }

  /** Lets replicas fall behind, until the ISR is set again or one of their brokers starts. The leader must stay in it. */
  setInSync(brokers: readonly number[]): void {
    const stranger = brokers.find((id) => !this.replicas.includes(id))
    if (brokers.length === 0 || stranger !== undefined || !brokers.includes(this.#leader)) {
      throw new Refusal(
        'INVALID_REPLICA_ASSIGNMENT',
        `${brokers.join(', ')} cannot be the ISR of ${this.topic}-${this.index}: it takes the leader ${this.#leader} and none but the replicas ${this.replicas.join(', ')}`,
      )
    }
    this.#inSync = this.replicas.filter((id) => brokers.includes(id))
    this.changed()
  }

  /** Moves the start of the log, as DeleteRecords does. Throws `OFFSET_OUT_OF_RANGE` past the end. */
  setLogStart(offset: bigint): void {
    const { startOffset, endOffset } = this.log
    if (offset < startOffset || offset > endOffset) {
      throw new Refusal(
        'OFFSET_OUT_OF_RANGE',
        `${this.topic}-${this.index} cannot begin at ${offset}: it goes from ${startOffset} to ${endOffset}`,
      )
    }
    this.log.deleteBefore(offset)
    this.changed()
  }

  /** Gives the partition to other brokers, which have all of it at once. Where none of them runs, nothing happens. */
  reassign(replicas: readonly number[], isAlive: (broker: number) => boolean): void {
    const alive = replicas.filter(isAlive)
    if (alive.length === 0) return
    this.#replicas = replicas
    this.#inSync = alive
    if (alive.includes(this.#leader)) this.changed()
    else this.#elect(alive[0]!)
  }

  /** Where a leader epoch ends. */
  endOfEpoch(epoch: number): LeaderEpochEnd {
    return this.#epochs.endOf(epoch, this.log.startOffset, this.log.endOffset)
  }

  delete(): void {
    this.#deleted = true
    this.changed()
  }

  #elect(broker: number): void {
    this.#leader = broker
    this.#leaderEpoch++
    if (broker !== noLeader) this.#epochs.begin(this.#leaderEpoch, this.log.endOffset)
    this.changed()
  }
}
