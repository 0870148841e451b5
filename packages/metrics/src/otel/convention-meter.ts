import type { Attributes, Meter } from '@opentelemetry/api'
import { createInstruments } from './otel-instruments.ts'
import { conventionMetricTable, oldMetricTable } from './otel-metric-table.ts'
import { toOldNames, type MessagingConventions } from './semantic-conventions.ts'

/** Counts and measures what the conventions for messaging name, under the names that are asked for. */
export class ConventionMeter {
  readonly #current
  readonly #old

  constructor(meter: Meter, conventions: MessagingConventions) {
    this.#current = createInstruments(meter, conventionMetricTable)
    this.#old = conventions === 'messaging/dup' ? createInstruments(meter, oldMetricTable) : undefined
  }

  /** @param written - whether it got as far as a broker: only such records count as sent */
  sent(seconds: number, written: boolean, attributes: Attributes): void {
    this.#current.operationDuration.record(seconds, attributes)
    if (written) this.#current.sentMessages.add(1, attributes)
    if (this.#old === undefined) return
    const old = toOldNames(attributes)
    this.#old.operationDuration.record(seconds, old)
    if (written) this.#old.sentMessages.add(1, old)
  }

  processed(seconds: number, attributes: Attributes): void {
    this.#current.processDuration.record(seconds, attributes)
    this.#current.consumedMessages.add(1, attributes)
    if (this.#old === undefined) return
    const old = toOldNames(attributes)
    this.#old.processDuration.record(seconds, old)
    this.#old.consumedMessages.add(1, old)
  }
}
