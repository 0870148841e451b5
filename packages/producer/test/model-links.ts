import {
  decodeRequest,
  encodeResponse,
  errorCode,
  initProducerId,
  metadata,
  produce,
  type AnyApi,
  type RequestOf,
  type ResponseInputOf,
} from '@headwater/protocol'
import { LinkError, type BrokerAddress, type Link, type LinkFactory } from '../src/index.ts'
import { ModelLog } from './model-log.ts'

type PartitionAnswer = ResponseInputOf<typeof produce>['responses'][number]['partitionResponses'][number]

const versions = new Map([
  [produce.key, 11],
  [metadata.key, 12],
  [initProducerId.key, 4],
])

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** A cluster of two brokers in memory that keeps Kafka's rules and, while `stormy`, does whatever a cluster may do. */
export class ModelCluster implements LinkFactory {
  readonly logs: readonly ModelLog[]
  readonly leaders: number[]
  readonly #epochs: number[]
  readonly #random: () => number
  readonly #links = new Set<ModelLink>()
  #nextId = 1n
  /** Whether the cluster does what clusters do on a bad day. */
  stormy = true
  /** The epoch under which producer ids begin. */
  firstEpoch = 0
  /** Whether metadata is as old as the cluster. */
  lagging = false
  /** The brokers that metadata names. */
  brokerIds: readonly number[] = [1, 2]
  /** APIs that its brokers do not know. */
  readonly unknownApis: Set<AnyApi> = new Set()
  /** What every Produce answer asks for, in milliseconds. */
  throttleMs = 0
  /** What the next batches are refused with. */
  readonly refusals: number[] = []
  /** Whether the next answer leaves its partitions out, although the batches are in the log. */
  omitsNext = false
  /** How the connection of the next Produce request dies: with its bytes on the way, or still in our own buffer. */
  cutNext: 'sent' | 'unsent' | undefined
  /** Whether connections can be opened. */
  reachable = true
  /** What every Produce request waits for. */
  gate: Promise<void> | undefined
  /** When a connection that is opened now wants to be replaced. */
  replaceAtMs: () => number | undefined = () => (this.chance(0.2) ? performance.now() + 10 : undefined)
  /** How many connections were opened, questions for metadata answered, and Produce requests served. */
  opened = 0
  asked = 0
  produced = 0

  constructor(partitions: number, random: () => number) {
    this.logs = Array.from({ length: partitions }, () => new ModelLog())
    this.leaders = Array.from({ length: partitions }, () => 1)
    this.#epochs = Array.from({ length: partitions }, () => 0)
    this.#random = random
  }

  seeds(): Promise<readonly BrokerAddress[]> {
    return Promise.resolve([1, 2].map((port) => ({ host: 'model', port })))
  }

  async open(address: BrokerAddress): Promise<Link> {
    await this.pause()
    if (!this.reachable || this.chance(0.1))
      throw new LinkError('LINK_CONNECT_FAILED', 'stormy', { sent: false })
    this.opened++
    const link = new ModelLink(address, this)
    this.#links.add(link)
    return link
  }

  close(): Promise<void> {
    for (const link of this.#links) link.destroy(new Error('closed'))
    return Promise.resolve()
  }

  chance(share: number): boolean {
    return this.stormy && this.#random() < share
  }

  async pause(): Promise<void> {
    const turns = this.stormy ? Math.floor(this.#random() * 4) : 0
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  /** Moves a partition to the other broker. */
  moveLeader(index: number): void {
    this.leaders[index] = 3 - this.leaders[index]!
    this.#epochs[index]!++
  }

  /** What a broker does with a request: the answer's bytes. */
  async serve(broker: number, api: AnyApi, version: number, body: Uint8Array): Promise<Uint8Array> {
    if (api.key === metadata.key) this.asked++
    if (api.key === metadata.key) return Buffer.concat(encodeResponse(metadata, version, this.#metadata()))
    if (api.key === initProducerId.key) {
      const answer = {
        throttleTimeMs: 0,
        errorCode: 0,
        producerId: this.#nextId++,
        producerEpoch: this.firstEpoch,
      }
      return Buffer.concat(encodeResponse(initProducerId, version, answer))
    }
    const request = decodeRequest(produce, version, body)
    this.produced++
    await this.gate
    const responses = []
    for (const { name, partitionData } of request.topicData) {
      const partitionResponses = []
      for (const data of partitionData) partitionResponses.push(await this.#produce(broker, data))
      responses.push({ name, partitionResponses })
    }
    if (this.omitsNext) responses.length = 0
    this.omitsNext = false
    return Buffer.concat(encodeResponse(produce, version, { responses, throttleTimeMs: this.throttleMs }))
  }

  async #produce(
    broker: number,
    { index, records }: RequestOf<typeof produce>['topicData'][number]['partitionData'][number],
  ): Promise<PartitionAnswer> {
    const answer = (code: number, offset = -1): PartitionAnswer => ({
      index,
      errorCode: code,
      baseOffset: BigInt(offset),
      logAppendTimeMs: -1n,
      logStartOffset: 0n,
    })
    const refusal = this.refusals.shift()
    if (refusal !== undefined) return answer(refusal)
    if (this.chance(0.05)) this.moveLeader(index)
    if (this.leaders[index] !== broker) {
      const refused = answer(errorCode.NOT_LEADER_OR_FOLLOWER)
      if (this.chance(0.5)) return refused
      return {
        ...refused,
        currentLeader: { leaderId: this.leaders[index]!, leaderEpoch: this.#epochs[index]! },
      }
    }
    if (this.chance(0.1)) return answer(errorCode.NOT_ENOUGH_REPLICAS)
    if (this.chance(0.02)) {
      // Sometimes the broker says which record it was; the others are no worse for it.
      const recordErrors = this.chance(0.5) ? [{ batchIndex: 0, batchIndexErrorMessage: 'bad' }] : []
      return { ...answer(errorCode.INVALID_RECORD), recordErrors }
    }
    if (this.chance(0.05)) return answer(errorCode.MESSAGE_TOO_LARGE)
    if (this.chance(0.02)) return answer(errorCode.INVALID_PRODUCER_EPOCH)
    if (this.chance(0.02)) return answer(errorCode.UNKNOWN_SERVER_ERROR)
    const { code, offset } = await this.logs[index]!.append(records!)
    if (code === 0 && this.chance(0.1)) return answer(errorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND)
    if (code === 0 && this.chance(0.03)) return answer(errorCode.DUPLICATE_SEQUENCE_NUMBER)
    return answer(code, offset)
  }

  #metadata(): ResponseInputOf<typeof metadata> {
    const topic = {
      errorCode: 0,
      name: 'orders',
      topicId: '00000000-0000-0000-0000-000000000001',
      isInternal: false,
      partitions: this.leaders.map((leaderId, partitionIndex) => ({
        errorCode: 0,
        partitionIndex,
        leaderId: this.lagging ? 1 : leaderId,
        leaderEpoch: this.lagging ? 0 : this.#epochs[partitionIndex]!,
        replicaNodes: [1, 2],
        isrNodes: [1, 2],
        offlineReplicas: [],
      })),
    }
    return {
      brokers: this.brokerIds.map((nodeId) => ({ nodeId, host: 'model', port: nodeId, rack: null })),
      clusterId: 'model',
      controllerId: 1,
      topics: [topic],
    }
  }
}

interface Pending {
  sent: boolean
  readonly reject: (error: LinkError) => void
}

/** A connection that serves its requests in order, and may die at any moment. */
class ModelLink implements Link {
  readonly address: BrokerAddress
  readonly versions: Link['versions'] = new Map()
  readonly replaceAtMs: number | undefined
  state: Link['state'] = 'open'
  readonly #cluster: ModelCluster
  readonly #pending = new Set<Pending>()
  readonly #listeners: ((error: Error | undefined) => void)[] = []
  #tail: Promise<unknown> = Promise.resolve()

  constructor(address: BrokerAddress, cluster: ModelCluster) {
    this.address = address
    this.#cluster = cluster
    this.replaceAtMs = cluster.replaceAtMs()
  }

  get pending(): number {
    return this.#pending.size
  }

  pick(api: AnyApi): number {
    if (!this.#cluster.unknownApis.has(api)) return versions.get(api.key)!
    throw new LinkError('LINK_UNSUPPORTED_API', `${api.name} is not known here`, { sent: false })
  }

  send(api: AnyApi, version: number, body: readonly Uint8Array[]): Promise<Uint8Array> {
    if (this.state !== 'open')
      return Promise.reject(new LinkError('LINK_CLOSED', 'not open', { sent: false }))
    // The bytes are taken now: whoever changes them later changes nothing.
    const bytes = Buffer.concat(body)
    return new Promise((resolve, reject) => {
      const request: Pending = { sent: true, reject }
      this.#pending.add(request)
      this.#tail = this.#tail.then(() => this.#serve(api, version, bytes, request, resolve))
    })
  }

  async #serve(
    api: AnyApi,
    version: number,
    bytes: Uint8Array,
    request: Pending,
    resolve: (bytes: Uint8Array) => void,
  ): Promise<void> {
    await this.#cluster.pause()
    const chance = (share: number): boolean => api.key === produce.key && this.#cluster.chance(share)
    if (chance(0.05)) {
      // What is still in our own buffer when a connection dies was never sent.
      let sent = true
      for (const pending of this.#pending) {
        pending.sent = sent
        sent &&= !chance(0.5)
      }
      this.destroy(new Error('cut before'))
    }
    const { cutNext } = this.#cluster
    if (cutNext !== undefined && api.key === produce.key) {
      this.#cluster.cutNext = undefined
      request.sent = cutNext === 'sent'
      this.destroy(new Error('cut'))
      return
    }
    if (this.state === 'closed') {
      // A straggler: it arrives although nobody waits for it any more.
      if (!request.sent || !chance(0.5)) return
      for (let i = 0; i < 5; i++) await this.#cluster.pause()
    }
    const answer = await this.#cluster.serve(this.address.port, api, version, bytes)
    if (chance(0.05)) this.destroy(new Error('cut after'))
    await this.#cluster.pause()
    if (this.#pending.delete(request)) resolve(answer)
  }

  async end(): Promise<void> {
    if (this.state === 'open') this.state = 'ending'
    await this.#tail
    this.#close(undefined)
  }

  destroy(error: Error): void {
    this.#close(error)
  }

  onClose(listener: (error: Error | undefined) => void): void {
    this.#listeners.push(listener)
  }

  #close(error: Error | undefined): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    const pending = [...this.#pending]
    this.#pending.clear()
    for (const { sent, reject } of pending)
      reject(new LinkError('LINK_CLOSED', 'cut', { sent, cause: error }))
    for (const listener of this.#listeners.splice(0)) listener(error)
  }
}
