import { toError } from '@headwater/base'
import type { RegistryFault, RegistryFaults, RegistryFaultVerbs } from '../registry/registry-faults.ts'
import { badRequest } from './control-failure.ts'
import { bool, fields, list, optional, text, whole, word, type Shape } from './shape.ts'

interface RegistryVerb {
  /** What `args` may hold, in order. */
  readonly args: readonly Shape<unknown>[]
  readonly order: (verbs: RegistryFaultVerbs, args: readonly unknown[]) => RegistryFault
}

const status = whole(200, 599)
const anything: Shape<unknown> = (value) => value

/** Every verb of `registry.faults.on(...)` that JSON can say, by its name there. */
const registryVerbs: Readonly<Record<string, RegistryVerb>> = {
  reply: {
    args: [status, anything],
    order: (verbs, [code, body]) => verbs.reply(code as number, body),
  },
  replyHtml: {
    args: [optional(status), optional(text)],
    order: (verbs, [code, html]) => verbs.replyHtml(code as number | undefined, html as string | undefined),
  },
  delay: { args: [whole(0, 3_600_000)], order: (verbs, [ms]) => verbs.delay(ms as number) },
  hang: { args: [], order: (verbs) => verbs.hang() },
  dropConnection: { args: [], order: (verbs) => verbs.dropConnection() },
  loseResponse: { args: [], order: (verbs) => verbs.loseResponse() },
}

const times: Shape<number | 'always'> = (value, at) =>
  value === 'always' ? value : whole(1, 1_000_000)(value, at)
const order = fields({
  request: text,
  verb: word(Object.keys(registryVerbs)),
  args: optional(list(anything, 10)),
  times: optional(times),
  maybe: optional(bool),
})

/** Orders a fault of the registry; throws a 400 for one that cannot be meant. */
export function orderRegistryFault(faults: RegistryFaults, body: unknown): unknown {
  const wanted = order(body, '')
  const { request, verb, args = [] } = wanted
  const known = registryVerbs[verb]!
  if (args.length > known.args.length) throw badRequest(`args must hold at most ${known.args.length}`)
  const read = known.args.map((shape, at) => shape(args[at], `args[${at}]`))
  const fault = known.order(onRequest(faults, request), read)
  if (wanted.times === 'always') fault.always()
  else if (wanted.times !== undefined) fault.times(wanted.times)
  if (wanted.maybe === true) fault.maybe()
  return { request, verb, args }
}

/** Whether all that was ordered has struck, and if not, what is left. */
export function showRegistryFaults(faults: RegistryFaults): {
  readonly spent: boolean
  readonly left?: string
} {
  try {
    faults.assertSpent()
    return { spent: true }
  } catch (error) {
    return { spent: false, left: toError(error).message }
  }
}

function onRequest(faults: RegistryFaults, request: string): RegistryFaultVerbs {
  try {
    return faults.on(request)
  } catch (error) {
    if (error instanceof TypeError) throw badRequest(`request: ${error.message}`)
    throw error
  }
}
