import type { MemberInput } from './group-member.ts'

/** A JoinGroup, as far as the group needs it. */
export interface JoinInput extends MemberInput {
  readonly protocolType: string
  /** Whether a first join is sent back with a member id (KIP-394). */
  readonly memberIdRequired: boolean
  /** Whether the client knows that a leader may leave the assignment as it is (KIP-814). */
  readonly canSkipAssignment: boolean
}
