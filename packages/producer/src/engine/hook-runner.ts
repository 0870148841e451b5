import { toError, type Logger } from '@headwater/base'
import type { ProducerHooks } from '../hooks.ts'
import type { Header, ProducerRecord } from '../producer-record.ts'
import { headerProblem } from './prepared-record.ts'

const noHeaders: readonly Header[] = []

type HookName = keyof ProducerHooks
type Argument<Name extends HookName> = Parameters<NonNullable<ProducerHooks[Name]>>[0]

/** Calls the hooks of all observers in order; one that throws is logged once a hook and never breaks a send. */
export class HookRunner {
  readonly #observers: readonly ProducerHooks[]
  readonly #logger: Logger
  readonly #failed = new Set<HookName>()

  constructor(observers: readonly ProducerHooks[], logger: Logger) {
    this.#observers = observers
    this.#logger = logger
  }

  /** Whether anybody implements a hook: spares the making of its argument. */
  has(name: HookName): boolean {
    return this.#observers.some((observer) => observer[name] !== undefined)
  }

  run<Name extends Exclude<HookName, 'onSend'>>(name: Name, argument: Argument<Name>): void {
    for (const observer of this.#observers) {
      try {
        const hook = observer[name] as ((argument: Argument<Name>) => unknown) | undefined
        this.#watch(name, hook?.call(observer, argument))
      } catch (thrown) {
        this.#log(name, thrown)
      }
    }
  }

  /** The headers that the observers add to a record. */
  onSend(record: ProducerRecord): readonly Header[] {
    const added: Header[] = []
    for (const observer of this.#observers) {
      if (observer.onSend === undefined) continue
      try {
        const headers: unknown = observer.onSend(record)
        this.#watch('onSend', headers)
        if (headers === undefined || headers instanceof Promise) continue
        for (const header of headers as Iterable<Header>) {
          const problem = headerProblem(header)
          if (problem !== undefined) throw new TypeError(problem)
          added.push(header)
        }
      } catch (thrown) {
        this.#log('onSend', thrown)
      }
    }
    return added.length === 0 ? noHeaders : added
  }

  /** Hooks are synchronous; one that is not must not end the process by its rejection. */
  #watch(name: HookName, returned: unknown): void {
    if (returned instanceof Promise) returned.catch((thrown: unknown) => this.#log(name, thrown))
  }

  #log(name: HookName, thrown: unknown): void {
    if (this.#failed.has(name)) return
    this.#failed.add(name)
    this.#logger.error(
      { err: toError(thrown), hook: name },
      'a producer hook threw; further errors of it are not logged',
    )
  }
}
