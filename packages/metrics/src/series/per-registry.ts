import type { AnyRegistry } from './registered-metrics.ts'

/**
 * Remembers what was registered where, so that a second call on the same registry shares the first one's metrics
 * instead of failing on their names. A registry that was cleared meanwhile is registered anew.
 */
export function perRegistry<Metrics>(
  anyName: string,
  register: (registry: AnyRegistry) => Metrics,
): (registry: AnyRegistry) => Metrics {
  const known = new WeakMap<AnyRegistry, { readonly metrics: Metrics; readonly sample: unknown }>()
  return (registry) => {
    const found = known.get(registry)
    if (found !== undefined && registry.getSingleMetric(anyName) === found.sample) return found.metrics
    const metrics = register(registry)
    known.set(registry, { metrics, sample: registry.getSingleMetric(anyName) })
    return metrics
  }
}
