import { toError, type Logger } from '@headwater/base'
import type { RegistryHooks, RegistryRequest, RegistryResult } from './registry-hooks.ts'

/** Tells hooks what happens, and keeps what they throw from the calls that they watch. */
export class HookRunner {
  readonly #observers: readonly RegistryHooks[]
  readonly #logger: Logger
  readonly #reported = new Set<RegistryHooks>()

  constructor(observers: readonly RegistryHooks[], logger: Logger) {
    this.#observers = observers
    this.#logger = logger
  }

  request(request: RegistryRequest): void {
    this.#tell((observer) => observer.onRequest?.(request))
  }

  result(result: RegistryResult): void {
    this.#tell((observer) => observer.onResult?.(result))
  }

  #tell(run: (observer: RegistryHooks) => unknown): void {
    for (const observer of this.#observers) {
      try {
        const returned = run(observer)
        // Hooks are synchronous; one that is not must not end the process by its rejection.
        if (returned instanceof Promise) returned.catch((thrown: unknown) => this.#report(observer, thrown))
      } catch (thrown) {
        this.#report(observer, thrown)
      }
    }
  }

  #report(observer: RegistryHooks, thrown: unknown): void {
    if (this.#reported.has(observer)) return
    this.#reported.add(observer)
    this.#logger.error(
      { err: toError(thrown) },
      'a schema registry hook threw; further errors of it are not logged',
    )
  }
}
