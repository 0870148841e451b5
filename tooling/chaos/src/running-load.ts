import { setTimeout as delay } from 'node:timers/promises'

/** The load of all contenders, as a scenario sees it. */
export class RunningLoad {
  readonly #ending = new AbortController()

  /** Whether contenders still send. */
  get isOn(): boolean {
    return !this.#ending.signal.aborted
  }

  /** Waits so long, or until the load ends; resolves with whether it is still on. */
  async wait(ms: number): Promise<boolean> {
    await delay(ms, undefined, { signal: this.#ending.signal }).catch(() => undefined)
    return this.isOn
  }

  /** For who runs the load. */
  end(): void {
    this.#ending.abort()
  }
}
