/**
 * What surrounds a call: the trace and the conversation that it belongs to. Usually read from an `AsyncLocalStorage`
 * or from OpenTelemetry's `propagation.inject`.
 */
export interface EventContext {
  /** W3C Trace Context. */
  readonly traceparent?: string | undefined
  /** W3C Trace Context; only taken together with a valid `traceparent`. */
  readonly tracestate?: string | undefined
  /** W3C Baggage. */
  readonly baggage?: string | undefined
  readonly correlationId?: string | undefined
}
