import { randomUUID } from 'node:crypto'
import type { Clock, Timer } from '@headwater/base'
import { errorCode } from '@headwater/protocol'
import { GroupMember } from './group-member.ts'
import { GroupOffsets } from './group-offsets.ts'
import type { JoinInput } from './join-input.ts'
import { areSupported, voteProtocol } from './group-protocols.ts'
import type { GroupState } from './group-state.ts'
import { failedJoin, failedSync, type JoinResult, type SyncResult } from './group-results.ts'

/** A consumer group in the classic protocol (`GroupMetadataManager` of Kafka 4, its classic half). */
export class Group {
  readonly id: string
  readonly offsets: GroupOffsets = new GroupOffsets()
  readonly #clock: Clock
  readonly #initialDelayMs: number
  readonly #members = new Map<string, GroupMember>()
  /** Ids that were given out by MEMBER_ID_REQUIRED and have not come back yet. */
  readonly #pending = new Map<string, Timer>()
  #state: GroupState = 'Empty'
  #generation = 0
  #protocolType: string | null = null
  #protocolName: string | null = null
  #leader: string | null = null
  #rebalanceTimer: Timer | undefined
  /** Members of the generation that have not asked for their assignments yet. */
  readonly #unsynced = new Set<string>()
  /** Whether a group that was empty still waits for its first members. */
  #gathering = false

  constructor(id: string, clock: Clock, initialDelayMs: number) {
    this.id = id
    this.#clock = clock
    this.#initialDelayMs = initialDelayMs
  }

  get state(): GroupState {
    return this.#state
  }

  get generation(): number {
    return this.#generation
  }

  get protocolType(): string | null {
    return this.#protocolType
  }

  get protocolName(): string | null {
    return this.#protocolName
  }

  get members(): readonly GroupMember[] {
    return [...this.#members.values()]
  }

  /** Answers when the rebalance that the join belongs to is complete. */
  join(input: JoinInput): JoinResult | Promise<JoinResult> {
    if (this.#state === 'Dead') return failedJoin(errorCode.COORDINATOR_NOT_AVAILABLE, input.memberId)
    const others = this.members.filter(({ id }) => id !== input.memberId)
    const sameType = others.length === 0 || input.protocolType === this.#protocolType
    if (!sameType || input.protocolType === '' || !areSupported(input.protocols, others))
      return failedJoin(errorCode.INCONSISTENT_GROUP_PROTOCOL, input.memberId)
    return input.memberId === '' ? this.#joinAsNew(input) : this.#joinAgain(input)
  }

  /** Answers when the leader has handed out the assignments. */
  sync(
    memberId: string,
    instanceId: string | null,
    generationId: number,
    protocol: { readonly type: string | null; readonly name: string | null },
    assignments: ReadonlyMap<string, Buffer>,
  ): SyncResult | Promise<SyncResult> {
    const invalid = this.#memberError(memberId, instanceId)
    if (invalid !== 0) return failedSync(invalid)
    if (generationId !== this.#generation) return failedSync(errorCode.ILLEGAL_GENERATION)
    const otherType = protocol.type !== null && protocol.type !== this.#protocolType
    const otherName = protocol.name !== null && protocol.name !== this.#protocolName
    if (otherType || otherName) return failedSync(errorCode.INCONSISTENT_GROUP_PROTOCOL)
    const member = this.#members.get(memberId)!
    switch (this.#state) {
      case 'PreparingRebalance':
        return failedSync(errorCode.REBALANCE_IN_PROGRESS)
      case 'Stable':
        this.#forgetUnsynced(member)
        this.#restartSession(member)
        return this.#synced(member)
      case 'CompletingRebalance': {
        this.#forgetUnsynced(member)
        member.sessionTimer?.cancel()
        const answer = member.awaitSync()
        if (memberId === this.#leader) this.#assign(assignments)
        return answer
      }
      case 'Empty':
      case 'Dead':
        return failedSync(errorCode.UNKNOWN_MEMBER_ID)
    }
  }

  /** The code to answer a heartbeat with. */
  heartbeat(memberId: string, instanceId: string | null, generationId: number): number {
    const invalid = this.#memberError(memberId, instanceId)
    if (invalid !== 0) return invalid
    if (generationId !== this.#generation) return errorCode.ILLEGAL_GENERATION
    const member = this.#members.get(memberId)!
    if (!member.joining && !member.syncing) this.#restartSession(member)
    return this.#state === 'PreparingRebalance' ? errorCode.REBALANCE_IN_PROGRESS : 0
  }

  /** The code to answer a commit with before its offsets are stored; 0 lets them in. */
  commitError(memberId: string, instanceId: string | null, generationId: number): number {
    if (this.#state === 'Dead') return errorCode.COORDINATOR_NOT_AVAILABLE
    // Who manages offsets without a group's help may, as long as nobody else does.
    if (generationId < 0 && this.#state === 'Empty') return 0
    const invalid = this.#memberError(memberId, instanceId)
    if (invalid !== 0) return invalid
    if (generationId !== this.#generation) return errorCode.ILLEGAL_GENERATION
    const member = this.#members.get(memberId)!
    if (!member.joining && !member.syncing) this.#restartSession(member)
    return this.#state === 'CompletingRebalance' ? errorCode.REBALANCE_IN_PROGRESS : 0
  }

  /** The same for offsets in a transaction, whose producers need not be members. */
  transactionalCommitError(memberId: string, instanceId: string | null, generationId: number): number {
    if (this.#state === 'Dead') return errorCode.COORDINATOR_NOT_AVAILABLE
    if (generationId < 0 && this.#state === 'Empty') return 0
    if (generationId < 0 && memberId === '' && instanceId === null) return 0
    const invalid = this.#memberError(memberId, instanceId)
    if (invalid !== 0) return invalid
    return generationId === this.#generation ? 0 : errorCode.ILLEGAL_GENERATION
  }

  /** Takes a member out, by its id or, for static members, by their instance id alone. @returns the code for it. */
  leave(memberId: string, instanceId: string | null): number {
    const pending = this.#pending.get(memberId)
    if (pending !== undefined) {
      pending.cancel()
      this.#pending.delete(memberId)
      this.#completeJoinIfAllJoined()
      return 0
    }
    const named = instanceId === null ? undefined : this.#byInstance(instanceId)
    if (named !== undefined && memberId !== '' && named.id !== memberId) return errorCode.FENCED_INSTANCE_ID
    const member = instanceId === null ? this.#members.get(memberId) : named
    if (member === undefined) return errorCode.UNKNOWN_MEMBER_ID
    this.#remove(member)
    return 0
  }

  /** Ends the group; nothing of it waits or ticks any longer. */
  delete(): void {
    this.#state = 'Dead'
    this.#rebalanceTimer?.cancel()
    for (const timer of this.#pending.values()) timer.cancel()
    for (const member of this.#members.values()) member.sessionTimer?.cancel()
    this.#pending.clear()
    this.#members.clear()
  }

  #joinAsNew(input: JoinInput): JoinResult | Promise<JoinResult> {
    const prefix = input.instanceId ?? input.clientId
    const memberId = `${prefix}-${randomUUID()}`
    const named = input.instanceId === null ? undefined : this.#byInstance(input.instanceId)
    if (named !== undefined) return this.#replace(named, { ...input, memberId })
    if (input.instanceId === null && input.memberIdRequired) {
      const forget = this.#clock.schedule(input.sessionTimeoutMs, () => {
        this.#pending.delete(memberId)
        this.#completeJoinIfAllJoined()
      })
      this.#pending.set(memberId, forget)
      return failedJoin(errorCode.MEMBER_ID_REQUIRED, memberId)
    }
    return this.#add({ ...input, memberId })
  }

  #joinAgain(input: JoinInput): JoinResult | Promise<JoinResult> {
    const pending = this.#pending.get(input.memberId)
    if (pending !== undefined) {
      pending.cancel()
      this.#pending.delete(input.memberId)
      return this.#add(input)
    }
    const invalid = this.#memberError(input.memberId, input.instanceId)
    if (invalid !== 0) return failedJoin(invalid, input.memberId)
    const member = this.#members.get(input.memberId)!
    const settled =
      member.matches(input.protocols) &&
      (this.#state === 'CompletingRebalance' || (this.#state === 'Stable' && member.id !== this.#leader))
    if (settled) return this.#joined(member)
    member.protocols = input.protocols
    member.sessionTimeoutMs = input.sessionTimeoutMs
    member.rebalanceTimeoutMs = input.rebalanceTimeoutMs
    return this.#awaitJoin(member)
  }

  #add(input: JoinInput): Promise<JoinResult> {
    const member = new GroupMember(input)
    if (this.#members.size === 0) this.#protocolType = input.protocolType
    this.#members.set(member.id, member)
    this.#leader ??= member.id
    return this.#awaitJoin(member)
  }

  /** A static member that comes back under a new id keeps its place; the old id is fenced (KIP-345). */
  #replace(old: GroupMember, input: JoinInput): JoinResult | Promise<JoinResult> {
    old.sessionTimer?.cancel()
    old.answerJoin(failedJoin(errorCode.FENCED_INSTANCE_ID, old.id))
    old.answerSync(failedSync(errorCode.FENCED_INSTANCE_ID))
    const member = new GroupMember(input)
    member.assignment = old.assignment
    this.#members.delete(old.id)
    this.#members.set(member.id, member)
    if (this.#unsynced.delete(old.id)) this.#unsynced.add(member.id)
    const leaderBefore = this.#leader
    const led = leaderBefore === old.id
    if (led) this.#leader = member.id
    // What it subscribes to may have changed; nobody looks, as long as the same protocol wins.
    if (this.#state !== 'Stable' || voteProtocol(this.members) !== this.#protocolName)
      return this.#awaitJoin(member)
    this.#restartSession(member)
    if (input.canSkipAssignment) return { ...this.#joined(member), skipAssignment: led }
    // Who does not know that a leader may leave it as it is hears that it leads no more.
    return { ...this.#joined(member), leader: leaderBefore ?? '', members: [] }
  }

  #awaitJoin(member: GroupMember): Promise<JoinResult> {
    member.sessionTimer?.cancel()
    const answer = member.awaitJoin()
    if (this.#state === 'PreparingRebalance') this.#completeJoinIfAllJoined()
    else this.#prepareRebalance()
    return answer
  }

  #prepareRebalance(): void {
    for (const member of this.#members.values()) {
      member.answerSync(failedSync(errorCode.REBALANCE_IN_PROGRESS))
      if (this.#state === 'CompletingRebalance' && !member.joining) this.#restartSession(member)
    }
    const first = this.#state === 'Empty'
    this.#state = 'PreparingRebalance'
    this.#rebalanceTimer?.cancel()
    if (first && this.#initialDelayMs > 0)
      return this.#waitForFirstMembers(this.#initialDelayMs, this.#members.size)
    this.#waitForJoins()
    this.#completeJoinIfAllJoined()
  }

  #waitForJoins(): void {
    this.#rebalanceTimer = this.#clock.schedule(this.#rebalanceTimeoutMs(), () => this.#completeJoin())
  }

  /** An empty group waits for more members as long as they keep coming (`group.initial.rebalance.delay.ms`). */
  #waitForFirstMembers(waitedMs: number, seen: number): void {
    this.#gathering = true
    this.#rebalanceTimer = this.#clock.schedule(this.#initialDelayMs, () => {
      const grown = this.#members.size > seen
      if (!grown || waitedMs + this.#initialDelayMs > this.#rebalanceTimeoutMs()) {
        return this.#completeJoin()
      }
      this.#waitForFirstMembers(waitedMs + this.#initialDelayMs, this.#members.size)
    })
  }

  #completeJoinIfAllJoined(): void {
    if (this.#state !== 'PreparingRebalance' || this.#gathering || this.#pending.size > 0) return
    if (this.members.every((member) => member.joining)) this.#completeJoin()
  }

  /**
   * Begins the next generation with those who joined; static members may be late and keep their place. As long as there
   * are none but such, it goes on waiting, until one joins or their sessions end.
   */
  #completeJoin(): void {
    this.#gathering = false
    this.#rebalanceTimer?.cancel()
    this.#rebalanceTimer = undefined
    for (const member of this.members) {
      if (!member.joining && member.instanceId === null) this.#drop(member)
    }
    if (this.#members.size > 0 && !this.members.some((member) => member.joining)) return this.#waitForJoins()
    this.#generation++
    if (this.#members.size === 0) {
      this.#state = 'Empty'
      this.#protocolName = null
      this.#leader = null
      return
    }
    this.#electLeader()
    this.#state = 'CompletingRebalance'
    this.#protocolName = voteProtocol(this.members)
    this.#unsynced.clear()
    for (const member of this.members) {
      this.#unsynced.add(member.id)
      member.answerJoin(this.#joined(member))
      this.#restartSession(member)
    }
    this.#rebalanceTimer = this.#clock.schedule(this.#rebalanceTimeoutMs(), () => this.#dropUnsynced())
  }

  /** Who has joined and never asks for its assignment goes, even when it heartbeats (`expirePendingSync`). */
  #dropUnsynced(): void {
    for (const member of this.members) if (this.#unsynced.has(member.id)) this.#drop(member)
    this.#prepareRebalance()
  }

  #forgetUnsynced({ id }: GroupMember): void {
    this.#unsynced.delete(id)
    if (this.#unsynced.size === 0) this.#rebalanceTimer?.cancel()
  }

  #assign(assignments: ReadonlyMap<string, Buffer>): void {
    this.#state = 'Stable'
    for (const member of this.members) {
      // A copy: the request's frame must not live as long as the group.
      member.assignment = Buffer.from(assignments.get(member.id) ?? [])
      member.answerSync(this.#synced(member))
      this.#restartSession(member)
    }
  }

  #remove(member: GroupMember): void {
    member.answerJoin(failedJoin(errorCode.UNKNOWN_MEMBER_ID, ''))
    member.answerSync(failedSync(errorCode.UNKNOWN_MEMBER_ID))
    this.#drop(member)
    if (this.#state === 'Stable' || this.#state === 'CompletingRebalance') this.#prepareRebalance()
    else this.#completeJoinIfAllJoined()
  }

  #drop(member: GroupMember): void {
    member.sessionTimer?.cancel()
    this.#members.delete(member.id)
    this.#unsynced.delete(member.id)
    if (this.#leader === member.id) this.#leader = this.#members.keys().next().value ?? null
  }

  #restartSession(member: GroupMember): void {
    member.sessionTimer?.cancel()
    member.sessionTimer = this.#clock.schedule(member.sessionTimeoutMs, () => this.#remove(member))
  }

  /** Leadership stays where it is unless the leader did not come back. */
  #electLeader(): void {
    const leader = this.#leader === null ? undefined : this.#members.get(this.#leader)
    if (leader?.joining === true) return
    this.#leader = (this.members.find((member) => member.joining) ?? this.members[0]!).id
  }

  #memberError(memberId: string, instanceId: string | null): number {
    if (instanceId !== null) {
      const named = this.#byInstance(instanceId)
      if (named === undefined) return errorCode.UNKNOWN_MEMBER_ID
      return named.id === memberId ? 0 : errorCode.FENCED_INSTANCE_ID
    }
    return this.#members.has(memberId) ? 0 : errorCode.UNKNOWN_MEMBER_ID
  }

  #byInstance(instanceId: string): GroupMember | undefined {
    return this.members.find((member) => member.instanceId === instanceId)
  }

  #rebalanceTimeoutMs(): number {
    return Math.max(0, ...this.members.map((member) => member.rebalanceTimeoutMs))
  }

  #joined(member: GroupMember): JoinResult {
    return {
      errorCode: 0,
      memberId: member.id,
      generationId: this.#generation,
      protocolType: this.#protocolType,
      protocolName: this.#protocolName,
      leader: this.#leader ?? '',
      skipAssignment: false,
      members:
        member.id !== this.#leader
          ? []
          : this.members.map((each) => ({
              memberId: each.id,
              groupInstanceId: each.instanceId,
              metadata: each.metadataOf(this.#protocolName),
            })),
    }
  }

  #synced(member: GroupMember): SyncResult {
    return {
      errorCode: 0,
      protocolType: this.#protocolType,
      protocolName: this.#protocolName,
      assignment: member.assignment,
    }
  }
}
