import { apis } from '@headwater/protocol'
import type { EmbeddedKafka } from '../embedded-kafka.ts'
import type { Fault } from '../faults/fault.ts'
import { Gate } from '../faults/gate.ts'
import type { FaultScope } from '../faults/fault-scope.ts'
import type { FaultableApi } from '../faults/legal-errors.ts'
import { handlerFor } from '../handlers/handler-table.ts'
import { badRequest, ControlFailure } from './control-failure.ts'
import { faultVerbs } from './fault-verbs.ts'
import { bool, fields, list, optional, share, text, whole, word, type Shape } from './shape.ts'

/** A fault as HTTP shows it. */
interface ShownFault {
  readonly id: number
  readonly api: string
  readonly scope: FaultScope
  /** The verb and arguments; nothing for a fault that the program itself ordered. */
  readonly verb: string | undefined
  readonly args: readonly unknown[] | undefined
  readonly fired: number
  readonly spent: boolean
  /** Of `hold` and `holdBeforeReply`: whether a request stands at the gate, and whether it may go on. */
  readonly gate: { readonly reached: boolean; readonly released: boolean } | undefined
}

interface Ordered {
  readonly verb: string
  readonly args: readonly unknown[]
  readonly gate: { readonly gate: Gate; reached: boolean; released: boolean } | undefined
}

const served = apis.filter(({ key }) => handlerFor(key) !== undefined).map(({ name }) => name)
const times: Shape<number | 'always'> = (value, at) =>
  value === 'always' ? value : whole(1, 1_000_000)(value, at)

const order = fields({
  api: word(served),
  scope: optional(
    fields({
      topic: optional(text),
      partition: optional(whole(0, 2 ** 31 - 1)),
      broker: optional(whole(1, 2 ** 31 - 1)),
      clientId: optional(text),
      transactionalId: optional(text),
    }),
  ),
  verb: word(Object.keys(faultVerbs)),
  args: optional(list((value) => value, 10)),
  times: optional(times),
  probability: optional(fields({ share, seed: whole(0, 2 ** 32 - 1) })),
  maybe: optional(bool),
})

/** How many orders there may be at a time: an endpoint that anybody on this computer can reach must have an end. */
const mostOrders = 10_000

/** The faults of a cluster as HTTP orders them; those that the program itself orders are shown, too. */
export class OrderedFaults {
  readonly #kafka: EmbeddedKafka
  /** Orders that are taken back take what is kept about them along. */
  readonly #ordered = new WeakMap<Fault, Ordered>()

  constructor(kafka: EmbeddedKafka) {
    this.#kafka = kafka
  }

  /** Places an order; throws a 400 for one that cannot be meant. */
  add(body: unknown): ShownFault {
    const { api, verb, args = [], ...wanted } = order(body, '')
    const scope: FaultScope = wanted.scope ?? {}
    if (scope.partition !== undefined && scope.topic === undefined) {
      throw badRequest('scope.topic is missing: a fault for a partition must name the topic, too')
    }
    if (wanted.times !== undefined && wanted.probability !== undefined) {
      throw badRequest('times and probability exclude each other; give one of them')
    }
    const { read, holds = false } = faultVerbs[verb]!
    if (holds && (wanted.times ?? wanted.probability) !== undefined) {
      throw badRequest(`times and probability do not go with ${verb}: a gate holds one request`)
    }
    const place = read(args)
    const { faults } = this.#kafka
    if (faults.orders.length >= mostOrders) {
      throw new ControlFailure(
        409,
        'TOO_MANY_FAULTS',
        `there are ${mostOrders} orders; DELETE /faults takes them back`,
      )
    }
    const placed = place(faults.on(api as FaultableApi, scope))
    const fault = faults.orders.at(-1)!
    const gate = placed instanceof Gate ? { gate: placed, reached: false, released: false } : undefined
    // Resolves when a request comes, or never; it does not reject.
    void gate?.gate.reached.then(() => (gate.reached = true))
    if (wanted.times === 'always') fault.always()
    else if (wanted.times !== undefined) fault.times(wanted.times)
    if (wanted.probability !== undefined) {
      fault.probability(wanted.probability.share, wanted.probability.seed)
    }
    if (wanted.maybe === true) fault.maybe()
    this.#ordered.set(fault, { verb, args, gate })
    return this.#show(fault)
  }

  /** All orders, and whether each has fired as often as it should. */
  all(): { readonly fired: number; readonly spent: boolean; readonly faults: readonly ShownFault[] } {
    const { fired, orders } = this.#kafka.faults
    return {
      fired,
      spent: orders.every((fault) => fault.spent),
      faults: orders.map((fault) => this.#show(fault)),
    }
  }

  /** One order. */
  one(id: number): ShownFault {
    return this.#show(this.#find(id))
  }

  /** Lets the request go on that a `hold` or `holdBeforeReply` holds. */
  release(id: number): ShownFault {
    const fault = this.#find(id)
    const gate = this.#ordered.get(fault)?.gate
    if (gate === undefined) {
      throw new ControlFailure(
        409,
        'NO_GATE',
        `fault ${id} holds nothing; only hold and holdBeforeReply are released`,
      )
    }
    gate.gate.release()
    gate.released = true
    return this.#show(fault)
  }

  /** Takes one order back; what its gate holds goes on. */
  lift(id: number): void {
    const fault = this.#find(id)
    this.#ordered.get(fault)?.gate?.gate.release()
    fault.lift()
  }

  #find(id: number): Fault {
    const fault = this.#kafka.faults.orders.find((each) => each.id === id)
    if (fault === undefined) throw new ControlFailure(404, 'UNKNOWN_FAULT', `there is no fault ${id}`)
    return fault
  }

  #show(fault: Fault): ShownFault {
    const ordered = this.#ordered.get(fault)
    return {
      id: fault.id,
      api: fault.api,
      scope: fault.scope,
      verb: ordered?.verb,
      args: ordered?.args,
      fired: fault.fired,
      spent: fault.spent,
      gate: ordered?.gate && { reached: ordered.gate.reached, released: ordered.gate.released },
    }
  }
}
