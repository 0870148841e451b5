import type { Timer } from '@headwater/base'
import type { JoinResult, SyncResult } from './group-results.ts'

/** One way of assigning partitions that a member offers, with what it wants its leader to know. */
export interface MemberProtocol {
  readonly name: string
  readonly metadata: Buffer
}

/** Who joins, and on which terms. */
export interface MemberInput {
  readonly memberId: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly protocols: readonly MemberProtocol[]
}

/** A member of a group, with the requests of it that wait for an answer. */
export class GroupMember {
  readonly id: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  sessionTimeoutMs: number
  rebalanceTimeoutMs: number
  protocols: readonly MemberProtocol[]
  assignment: Buffer = Buffer.alloc(0)
  sessionTimer: Timer | undefined
  #join: ((result: JoinResult) => void) | undefined
  #sync: ((result: SyncResult) => void) | undefined

  constructor(input: MemberInput) {
    this.id = input.memberId
    this.instanceId = input.instanceId
    this.clientId = input.clientId
    this.clientHost = input.clientHost
    this.sessionTimeoutMs = input.sessionTimeoutMs
    this.rebalanceTimeoutMs = input.rebalanceTimeoutMs
    this.protocols = input.protocols
  }

  /** Whether a JoinGroup of the member waits for the others. */
  get joining(): boolean {
    return this.#join !== undefined
  }

  /** Whether a SyncGroup of the member waits for the leader's. */
  get syncing(): boolean {
    return this.#sync !== undefined
  }

  metadataOf(protocol: string | null): Buffer {
    return this.protocols.find(({ name }) => name === protocol)?.metadata ?? Buffer.alloc(0)
  }

  /** Whether a new JoinGroup says the same as the last one did. */
  matches(protocols: readonly MemberProtocol[]): boolean {
    return (
      protocols.length === this.protocols.length &&
      protocols.every(({ name, metadata }, at) => {
        const known = this.protocols[at]!
        return known.name === name && known.metadata.equals(metadata)
      })
    )
  }

  /** Keeps a JoinGroup waiting. An older one of the same member is never answered: its connection is gone. */
  awaitJoin(): Promise<JoinResult> {
    return new Promise((resolve) => {
      this.#join = resolve
    })
  }

  answerJoin(result: JoinResult): void {
    this.#join?.(result)
    this.#join = undefined
  }

  awaitSync(): Promise<SyncResult> {
    return new Promise((resolve) => {
      this.#sync = resolve
    })
  }

  answerSync(result: SyncResult): void {
    this.#sync?.(result)
    this.#sync = undefined
  }
}
