import type { RegistryError } from './registry-error.ts'

/** What a request is for: few words, so that metrics can use them as labels where a path would be one of thousands. */
export type RegistryOperation =
  | 'register'
  | 'lookup'
  | 'schema-by-id'
  | 'version'
  | 'latest'
  | 'list-subjects'
  | 'list-versions'
  | 'level'
  | 'compatibility'

/** One HTTP request that is about to leave. */
export interface RegistryRequest {
  readonly operation: RegistryOperation
  /** Base URL of the server that is asked, without credentials. */
  readonly server: string
  /** From 1, counted in the call; above 1 for repetitions and for further servers. */
  readonly attempt: number
}

/** What became of a {@link RegistryRequest}. */
export interface RegistryResult extends RegistryRequest {
  /** Milliseconds from the request to the end of its answer. */
  readonly durationMs: number
  /** The HTTP status; `undefined` when there was no answer. */
  readonly status: number | undefined
  /** Why it failed; `undefined` for success. */
  readonly error: RegistryError | undefined
  /** Milliseconds until the call is tried again; `undefined` when this was its end. */
  readonly retryInMs: number | undefined
}

/**
 * Typed, synchronous functions that see each request of a registry client: metrics, tracing and logs come in here. What
 * the client remembers makes no request, so none is seen. A hook that throws is logged once and never breaks a call.
 */
export interface RegistryHooks {
  onRequest?(request: RegistryRequest): void
  /** Called once for every `onRequest`. */
  onResult?(result: RegistryResult): void
}
