import { HeadwaterError } from '@headwater/base'

/**
 * Why there is no Prometheus:
 *
 * - `PROMETHEUS_UNAVAILABLE`: it is not here and cannot be fetched; the message says why
 * - `PROMETHEUS_START_FAILED`: it did not come up; the message ends with the tail of its log
 */
type PrometheusErrorCode = 'PROMETHEUS_UNAVAILABLE' | 'PROMETHEUS_START_FAILED'

/** Makes the one error that this package throws. */
export function createPrometheusError(
  code: PrometheusErrorCode,
  message: string,
): HeadwaterError<PrometheusErrorCode> {
  return new HeadwaterError(code, message)
}
