import type { EmbeddedKafka } from '../embedded-kafka.ts'
import type { OrderedFaults } from './ordered-faults.ts'
import { whole } from './shape.ts'

/** What a handler gets to see of a request. */
interface ControlRequest {
  readonly kafka: EmbeddedKafka
  readonly faults: OrderedFaults
  /** Decoded path segments by the names in the route. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The JSON body; `undefined` for a request without one. */
  readonly body: unknown
}

/** What a handler answers: a body to be written as JSON, none for `undefined`. */
interface ControlAnswer {
  readonly status: 200 | 201 | 204
  readonly body?: unknown
}

/** Answers a request, or throws a `ControlFailure` or an error of the cluster. */
export type ControlHandler = (request: ControlRequest) => ControlAnswer | Promise<ControlAnswer>

/** Handlers by method and path, as `'POST /brokers/:id/stop'`. */
export type ControlRoutes = Readonly<Record<string, ControlHandler>>

/** The usual answer. */
export function ok(body: unknown): ControlAnswer {
  return { status: 200, body }
}

/** Done, and nothing to tell. */
export const done: ControlAnswer = { status: 204 }

/** A number in the path; anything else there is a 400. */
export function pathNumber(params: Readonly<Record<string, string>>, name: string): number {
  const text = params[name]!
  return whole(0, 2 ** 31 - 1)(/^\d{1,15}$/.test(text) ? Number(text) : text, `:${name} in the path`)
}
