/** Which requests a fault is for; what is left out does not matter. */
export interface FaultScope {
  /** Requests that name this topic. An ordered error touches only its entries. */
  readonly topic?: string | undefined
  /** Requests that name this partition of {@link FaultScope.topic}. */
  readonly partition?: number | undefined
  /** Requests to the broker with this id. */
  readonly broker?: number | undefined
  /** Requests of clients with this id. */
  readonly clientId?: string | undefined
  /** Requests of the producer with this transactional id. */
  readonly transactionalId?: string | undefined
}

/** Whether an entry of a request is meant. An entry without a partition (a topic as a whole) is meant by its topic. */
export function covers(scope: FaultScope, topic?: string, partition?: number): boolean {
  if (scope.topic !== undefined && scope.topic !== topic) return false
  return scope.partition === undefined || partition === undefined || scope.partition === partition
}

/** Whether no entry can be meant by both. */
export function areDisjoint(a: FaultScope, b: FaultScope): boolean {
  if (a.topic === undefined || b.topic === undefined) return false
  if (a.topic !== b.topic) return true
  return a.partition !== undefined && b.partition !== undefined && a.partition !== b.partition
}
