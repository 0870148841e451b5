import { toError, type Logger } from '@headwater/base'

/** Tells hooks what happens, and keeps what they throw from the calls that they watch. */
export class HookRunner<Hooks extends object> {
  readonly #observers: readonly Hooks[]
  readonly #logger: Logger
  readonly #whose: string
  readonly #reported = new Set<Hooks>()

  /** @param whose - what the hooks watch, for the log: `schema registry` */
  constructor(observers: readonly Hooks[], logger: Logger, whose: string) {
    this.#observers = observers
    this.#logger = logger
    this.#whose = whose
  }

  tell(run: (observer: Hooks) => unknown): void {
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

  #report(observer: Hooks, thrown: unknown): void {
    if (this.#reported.has(observer)) return
    this.#reported.add(observer)
    this.#logger.error(
      { err: toError(thrown) },
      `a ${this.#whose} hook threw; further errors of it are not logged`,
    )
  }
}
