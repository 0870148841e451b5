import type { AnyRegistry } from '@headwater/metrics'
import { Registry, type RegistryContentType } from 'prom-client'

/** A registry that is read in the format of OpenMetrics. */
export function openMetrics(): AnyRegistry {
  const registry = new Registry<RegistryContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  return registry
}
