import { errorCode, type KafkaErrorName } from '@headwater/protocol'
import type { FaultOrder, FaultStep } from '../faults/fault-order.ts'
import type { Fault } from '../faults/fault.ts'
import type { Gate } from '../faults/gate.ts'
import type { FaultableApi } from '../faults/legal-errors.ts'
import { badRequest } from './control-failure.ts'
import { fields, list, whole, word, type Shape } from './shape.ts'

/** One verb of the fault API as HTTP takes it: how its only argument must look, and whom it is passed to. */
export interface FaultVerb {
  /** Whether it holds one request until it is released, so that it cannot be ordered for several. */
  readonly holds?: boolean
  /** Reads `args` and gives the call that places the order. */
  readonly read: (args: readonly unknown[]) => (order: FaultOrder<FaultableApi>) => Fault | Gate
}

/** An hour; whoever wants to wait longer wants `hold`. */
const longestDelayMs = 3_600_000
const delay = whole(0, longestDelayMs)
const unchecked = { unchecked: true } as const

const names = Object.keys(errorCode) as KafkaErrorName[]
const errorName = word(
  names.filter((name) => name !== 'NONE'),
  "Kafka's error names, such as NOT_LEADER_OR_FOLLOWER",
)

/** The steps that are a word, and those that are an object with one field, by that field. */
const plainSteps = ['pass', 'loseRequest', 'loseResponse'] as const
const stepFields = {
  reply: errorName,
  applyThenReply: errorName,
  delayRequestMs: delay,
  delayResponseMs: delay,
  throttleMs: delay,
} as const satisfies Record<string, Shape<unknown>>

const step: Shape<FaultStep<FaultableApi>> = (value, at) => {
  if (typeof value === 'string') return word(plainSteps)(value, at)
  const name = Object.keys(stepFields).find((each) => Object.hasOwn(Object(value), each))
  if (name === undefined) {
    throw badRequest(
      `${at} is no step; write ${plainSteps.join(', ')}, or an object with one of ${Object.keys(stepFields).join(', ')}`,
    )
  }
  const shape = stepFields[name as keyof typeof stepFields] as Shape<unknown>
  return fields({ [name]: shape })(value, at) as unknown as FaultStep<FaultableApi>
}

/** Every verb of `faults.on(...)`, by its name there. */
export const faultVerbs: Readonly<Record<string, FaultVerb>> = {
  reply: one('error', errorName, (order, error) => order.reply(error, unchecked)),
  applyThenReply: one('error', errorName, (order, error) => order.applyThenReply(error, unchecked)),
  loseRequest: none((order) => order.loseRequest()),
  loseResponse: none((order) => order.loseResponse()),
  cutResponseAfter: one('bytes', whole(0, 2 ** 31 - 1), (order, bytes) => order.cutResponseAfter(bytes)),
  delayRequest: one('milliseconds', delay, (order, ms) => order.delayRequest(ms)),
  delayResponse: one('milliseconds', delay, (order, ms) => order.delayResponse(ms)),
  throttle: one('milliseconds', delay, (order, ms) => order.throttle(ms)),
  hold: { ...none((order) => order.hold()), holds: true },
  holdBeforeReply: { ...none((order) => order.holdBeforeReply()), holds: true },
  script: one('steps', list(step, 1000), (order, steps) => {
    if (steps.length === 0) throw badRequest('args[0] is an empty script; give it a step at least')
    return order.script(steps)
  }),
}

function none(place: (order: FaultOrder<FaultableApi>) => Fault | Gate): FaultVerb {
  return {
    read: (args) => {
      if (args.length > 0) throw badRequest('args must be empty: this verb takes none')
      return place
    },
  }
}

function one<T>(
  argument: string,
  shape: Shape<T>,
  place: (order: FaultOrder<FaultableApi>, value: T) => Fault,
): FaultVerb {
  return {
    read: (args) => {
      if (args.length !== 1) throw badRequest(`args must hold one value, the ${argument}`)
      const value = shape(args[0], 'args[0]')
      return (order) => place(order, value)
    },
  }
}
