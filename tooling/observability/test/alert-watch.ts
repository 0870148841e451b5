import type { ActiveAlert, Prometheus } from '../src/start-prometheus.ts'
import { pollUntil } from './poll-until.ts'

/** Keeps what fired, by asking Prometheus again and again. */
export class AlertWatch {
  readonly #prometheus: Prometheus
  /** What was said where each alert fired, by its name. */
  readonly #fired = new Map<string, Map<string, ActiveAlert['annotations']>>()
  #active: readonly ActiveAlert[] = []

  constructor(prometheus: Prometheus) {
    this.#prometheus = prometheus
  }

  /** What was pending or firing when it was last looked at. */
  get active(): readonly ActiveAlert[] {
    return this.#active
  }

  /** Names of the alerts that have fired since the start. */
  get fired(): ReadonlySet<string> {
    return new Set(this.#fired.keys())
  }

  /** Everything that was said to people. */
  get annotations(): readonly string[] {
    return [...this.#fired.values()].flatMap((places) =>
      [...places.values()].flatMap((each) => Object.values(each)),
    )
  }

  /** Waits until each of these has fired. */
  async untilFired(names: readonly string[], timeoutMs = 120_000): Promise<void> {
    await this.#until(
      () => names.every((name) => this.#fired.has(name)),
      timeoutMs,
      () => {
        const missing = names.filter((name) => !this.#fired.has(name))
        return `these did not fire: ${missing.join(', ')}`
      },
    )
  }

  /** Waits until nothing fires and nothing is about to. */
  async untilQuiet(timeoutMs = 120_000): Promise<void> {
    await this.#until(
      () => this.#active.length === 0,
      timeoutMs,
      () => 'not everything is resolved',
    )
  }

  /** One line an alert: its name and where it fired. */
  report(): readonly string[] {
    const lines = [...this.#fired].map(([name, places]) => {
      const now = this.#active.some(({ labels }) => labels['alertname'] === name)
        ? 'still active'
        : 'resolved'
      return `${name.padEnd(30)} fired, ${now.padEnd(12)} ${[...places.keys()].join(' ')}`
    })
    return lines.sort((left, right) => left.localeCompare(right))
  }

  #until(holds: () => boolean, timeoutMs: number, what: () => string): Promise<void> {
    const looked = async (): Promise<boolean> => {
      await this.#look()
      return holds()
    }
    return pollUntil(looked, timeoutMs, () => {
      const active = this.#active.map(({ labels, state }) => `${labels['alertname']} ${state}`)
      return `${what()}; active: ${active.join(', ') || 'nothing'}`
    })
  }

  async #look(): Promise<void> {
    this.#active = await this.#prometheus.alerts()
    for (const { labels, annotations, state } of this.#active) {
      if (state !== 'firing') continue
      const { alertname = '', job, client_id: client, channel, topic, operation } = labels
      const places = this.#fired.get(alertname) ?? new Map<string, ActiveAlert['annotations']>()
      places.set([job, client ?? channel ?? topic ?? operation].filter(Boolean).join('/'), annotations)
      this.#fired.set(alertname, places)
    }
  }
}
