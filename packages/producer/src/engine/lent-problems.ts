import type { Clock, Logger } from '@headwater/base'
import type { ProducerHooks } from '../hooks.ts'
import type { LinkFactory } from '../link/link.ts'
import { hookChannelNames } from './hook-channels.ts'

/** What must be there of an object that somebody lends the producer. */
const needed: {
  readonly logger: readonly (keyof Logger)[]
  readonly clock: readonly (keyof Clock)[]
  readonly links: readonly (keyof LinkFactory)[]
} = {
  logger: ['debug', 'info', 'warn', 'error'],
  clock: ['now', 'monotonic', 'schedule'],
  links: ['seeds', 'open', 'close'],
}

/**
 * What is wrong with the objects that a producer is lent. They are called in the midst of delivering, where a function
 * that is none would leave records without an end.
 *
 * @param given - the options as the caller gave them, without those that are `undefined`
 */
export function* lentProblems(given: object): Generator<string> {
  const options = given as Readonly<Record<string, unknown>>
  for (const [name, methods] of Object.entries(needed)) {
    const lent = options[name]
    if (lent === undefined) continue
    for (const method of methods) {
      if (typeof memberOf(lent, method) !== 'function') yield `${name}.${method} must be a function`
    }
  }
  if (options['kafka'] === null) yield 'kafka must be a client of kafkajs, not null'
  if (options['hooks'] !== undefined) yield* hookProblems(options['hooks'])
}

function* hookProblems(hooks: unknown): Generator<string> {
  for (const observer of Array.isArray(hooks) ? (hooks as readonly unknown[]) : [hooks]) {
    if (typeof observer !== 'object' || observer === null) {
      yield `hooks must be an object of functions, or a list of such objects, not ${String(observer)}`
      continue
    }
    for (const name of Object.keys(hookChannelNames) as (keyof ProducerHooks)[]) {
      const hook: unknown = memberOf(observer, name)
      if (hook !== undefined && typeof hook !== 'function') yield `hooks.${name} must be a function`
    }
  }
}

function memberOf(lent: unknown, name: string): unknown {
  return (lent as Readonly<Record<string, unknown>> | null)?.[name]
}
