import { registryMetricTable } from './registry-metric-table.ts'
import { perRegistry } from './series/per-registry.ts'
import { registerMetrics, type AnyRegistry } from './series/registered-metrics.ts'

/** What became of a request to a schema registry: the part of `RegistryResult` of `@headwater/schemas` that is counted. */
export interface RegistryRequestEnd {
  readonly operation: string
  readonly durationMs: number
  /** The HTTP status; `undefined` when there was no answer. */
  readonly status: number | undefined
  readonly error: { readonly code: string } | undefined
  /** `undefined` when the request is not made again. */
  readonly retryInMs: number | undefined
}

/** For the option `hooks` of `createRegistry`; they are `RegistryHooks`. */
export interface RegistryMetrics {
  onResult(result: RegistryRequestEnd): void
}

const registryMetricsOf = perRegistry(registryMetricTable.requests.name, (registry): RegistryMetrics => {
  const metrics = registerMetrics(registry, registryMetricTable)
  return {
    onResult({ operation, durationMs, status, error, retryInMs }) {
      metrics.requests.inc({ operation, status: toStatusClass(status) })
      metrics.requestDuration.observe({ operation }, durationMs / 1000)
      if (error !== undefined) metrics.failures.inc({ operation, code: error.code })
      if (retryInMs !== undefined) metrics.retries.inc({ operation })
    },
  }
})

/**
 * Prometheus metrics of schema registry clients, in a registry of the caller. Several calls on one registry share its
 * metrics, and several clients add up.
 *
 * @throws HeadwaterError `METRIC_NAME_TAKEN` when the registry has metrics of these names from elsewhere.
 */
export function registryMetrics(registry: AnyRegistry): RegistryMetrics {
  return registryMetricsOf(registry)
}

function toStatusClass(status: number | undefined): string {
  return status === undefined ? 'none' : `${Math.trunc(status / 100)}xx`
}
