import type { ProducerPort } from '@headwater/events'
import type { ProducerRecord } from '@headwater/producer'

/** Remembers which message a failed send was for, so that its sender can be told the id under which to look for it. */
export class IdentifiedFailures {
  readonly #ids = new WeakMap<object, string>()

  /** The same producer, whose failures are remembered. */
  watch(producer: ProducerPort): ProducerPort {
    return {
      send: (record, options) =>
        producer.send(record, options).catch((thrown: unknown) => {
          this.#remember(thrown, record)
          throw thrown
        }),
      async trySend(record, options) {
        return await producer.trySend(record, options)
      },
    }
  }

  /** The ids of all messages that an error is about, whatever it was wrapped into. */
  idsOf(error: unknown): readonly string[] {
    if (typeof error !== 'object' || error === null) return []
    const id = this.#ids.get(error)
    if (id !== undefined) return [id]
    if (error instanceof AggregateError) return error.errors.flatMap((each) => this.idsOf(each))
    return this.idsOf((error as { readonly cause?: unknown }).cause)
  }

  #remember(thrown: unknown, { headers = [] }: ProducerRecord): void {
    if (typeof thrown !== 'object' || thrown === null) return
    const pairs = Array.isArray(headers)
      ? (headers as readonly (readonly [string, unknown])[])
      : Object.entries(headers)
    const id = pairs.find(([name]) => name === 'message_id')?.[1]
    if (typeof id === 'string') this.#ids.set(thrown, id)
  }
}
