import type { DocProblem } from './doc-problem.ts'

/** A gap that is known, and why it is still there. Everything else that is missing fails the check. */
export interface KnownGap extends Pick<DocProblem, 'room' | 'symbol' | 'rule'> {
  readonly reason: string
}

/** Gaps that wait for somebody; the check says when one of them is closed. */
export const knownGaps: readonly KnownGap[] = []
