import { HeadwaterError } from '@headwater/base'
import { errorCode } from '@headwater/protocol'
import { describeAction, type FaultAction } from './fault-action.ts'
import { FaultOrder } from './fault-order.ts'
import { Fault } from './fault.ts'
import { areDisjoint, covers, type FaultScope } from './fault-scope.ts'
import type { FaultableApi } from './legal-errors.ts'
import type { Injected } from './injected.ts'
import type { Journal } from './journal.ts'
import type { RequestTarget } from '../handlers/handler.ts'

/** A request as faults see it. */
export interface FaultSubject {
  readonly api: string
  readonly version: number
  readonly broker: number
  readonly connection: number
  readonly correlationId: number
  readonly clientId: string
  readonly targets: readonly RequestTarget[]
  readonly transactionalIds: readonly string[]
}

/** What shall happen to one request. */
export interface FaultPlan extends Injected {
  readonly actions: readonly FaultAction[]
}

/** The request between brokers that carries the markers of transactions. */
const markersApi = 'WriteTxnMarkers'

const nothing: FaultPlan = { actions: [], refuse: () => 0, amend: () => 0 }

/** The faults of a cluster: what a test orders, and what each request asks for. */
export class Faults {
  readonly #journal: Journal
  #orders: Fault[] = []
  #nextId = 1
  #fired = 0
  readonly #gates = new Set<() => void>()

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** How many times a fault has fired, over all faults since the start. */
  get fired(): number {
    return this.#fired
  }

  /** The faults that are ordered now, spent ones included. */
  get orders(): readonly Fault[] {
    return this.#orders
  }

  /**
   * Begins the order of a fault: `faults.on('Produce', { topic: 'orders' }).loseResponse().times(2)`.
   * Where several match a request, the one that was ordered first fires; those after it have their turn with the
   * next request, unless their scopes cannot touch.
   *
   * @throws TypeError for a partition without its topic
   */
  on<Api extends FaultableApi>(api: Api, scope: FaultScope = {}): FaultOrder<Api> {
    if (scope.partition !== undefined && scope.topic === undefined) {
      throw new TypeError('a fault for a partition must name the topic, too')
    }
    return new FaultOrder<Api>((actions) => this.#place(api, scope, actions))
  }

  /** Orders something for the next markers of a transactional id; `kafka.txn(id)` has the words for it. */
  orderMarkers(transactionalId: string, action: FaultAction): Fault {
    return this.#place(markersApi, { transactionalId }, [action])
  }

  /** What shall happen before the markers of a transaction are written. */
  planMarkers(transactionalId: string, coordinator: number): readonly FaultAction[] {
    const request = { api: markersApi, version: 1, connection: 0, correlationId: 0, clientId: '' }
    const subject = { ...request, broker: coordinator, targets: [], transactionalIds: [transactionalId] }
    return this.plan(subject).actions
  }

  /** Takes all orders back and opens all gates. */
  clear(): void {
    this.#orders = []
    for (const release of this.#gates) release()
    this.#gates.clear()
  }

  /**
   * Sees that every fault that was ordered has fired as often as it should have.
   *
   * @throws HeadwaterError `FAULTS_NOT_SPENT`, which names those that have not
   */
  assertSpent(): void {
    const left = this.#orders.filter((fault) => !fault.spent)
    if (left.length === 0) return
    throw new HeadwaterError(
      'FAULTS_NOT_SPENT',
      `ordered but not fired in full: ${left.map((fault) => `${fault.toString()} (fired ${fault.fired} times)`).join('; ')}`,
    )
  }

  /** What shall happen to a request; faults that are taken count as fired. */
  plan(subject: FaultSubject): FaultPlan {
    if (this.#orders.length === 0) return nothing
    const taken: { readonly scope: FaultScope; readonly action: FaultAction }[] = []
    for (const fault of this.#orders) {
      if (fault.api !== subject.api || !matches(fault.scope, subject)) continue
      if (!taken.every(({ scope }) => areDisjoint(scope, fault.scope))) continue
      const action = fault.fire()
      if (action === undefined) continue
      taken.push({ scope: fault.scope, action })
      this.#record(fault, action, subject)
    }
    if (taken.length === 0) return nothing
    const codeFor =
      (kind: 'reply' | 'applyThenReply') =>
      (topic?: string, partition?: number): number => {
        for (const { scope, action } of taken) {
          if (action.kind === kind && covers(scope, topic, partition)) return errorCode[action.error]
        }
        return 0
      }
    return {
      actions: taken.map(({ action }) => action),
      refuse: codeFor('reply'),
      amend: codeFor('applyThenReply'),
    }
  }

  #place(api: string, scope: FaultScope, actions: readonly FaultAction[]): Fault {
    const fault = new Fault(this.#nextId++, api, scope, actions)
    this.#orders.push(fault)
    for (const action of actions) {
      if ('gate' in action) this.#gates.add(() => action.gate.release())
    }
    return fault
  }

  #record(fault: Fault, action: FaultAction, subject: FaultSubject): void {
    this.#fired++
    const { targets: _targets, transactionalIds: _ids, ...request } = subject
    this.#journal.add({
      kind: 'fault',
      ...request,
      text: `fault#${fault.id} fired: ${subject.api} v${subject.version} broker ${subject.broker} conn ${subject.connection} corr ${subject.correlationId} -> ${describeAction(action)}`,
    })
  }
}

function matches(scope: FaultScope, subject: FaultSubject): boolean {
  if (scope.broker !== undefined && scope.broker !== subject.broker) return false
  if (scope.clientId !== undefined && scope.clientId !== subject.clientId) return false
  const { transactionalId } = scope
  if (transactionalId !== undefined && !subject.transactionalIds.includes(transactionalId)) return false
  if (scope.topic === undefined) return true
  return subject.targets.some(({ topic, partition }) => covers(scope, topic, partition))
}
