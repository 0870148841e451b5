import { toError, type Logger } from '@headwater/base'
import type { ProducerHooks } from '../hooks.ts'
import type { Header, ProducerRecord } from '../producer-record.ts'

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
        const hook = observer[name] as ((argument: Argument<Name>) => void) | undefined
        hook?.call(observer, argument)
      } catch (thrown) {
        this.#log(name, thrown)
      }
    }
  }

  /** The headers that the observers add to a record. */
  onSend(record: ProducerRecord): readonly Header[] {
    const added: Header[] = []
    for (const observer of this.#observers) {
      try {
        added.push(...(observer.onSend?.(record) ?? []))
      } catch (thrown) {
        this.#log('onSend', thrown)
      }
    }
    return added
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
