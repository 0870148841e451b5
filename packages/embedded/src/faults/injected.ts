/**
 * The errors that faults have ordered for one request. A handler asks before it applies an entry, and again after.
 * Handlers without entries need not ask: their whole response is replaced.
 */
export interface Injected {
  /** The code to refuse an entry with instead of applying it; 0 for none. */
  refuse(topic?: string, partition?: number): number
  /** The code to answer with for an entry that was applied; 0 for none. */
  amend(topic?: string, partition?: number): number
}
