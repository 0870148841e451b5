import type { BreakingChange } from './find-breaking-changes.ts'

/** A break that was decided on, and what users were told. */
export interface AcceptedBreak extends BreakingChange {
  /** The released version whose users it breaks. */
  readonly since: string
  readonly reason: string
}

/** Breaks that are wanted. Each is in a changeset for users, too. */
export const acceptedBreaks: readonly AcceptedBreak[] = []
