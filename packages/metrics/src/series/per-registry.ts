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
    const metrics = allOrNone(registry, register)
    known.set(registry, { metrics, sample: registry.getSingleMetric(anyName) })
    return metrics
  }
}

/** Half a table, of which nobody takes the values, would be shown for ever, and taken for another copy's. */
function allOrNone<Metrics>(registry: AnyRegistry, register: (registry: AnyRegistry) => Metrics): Metrics {
  const before = new Set(registry.getMetricsAsArray())
  try {
    return register(registry)
  } catch (thrown) {
    for (const added of registry.getMetricsAsArray()) {
      if (!before.has(added)) registry.removeSingleMetric(added.name)
    }
    throw thrown
  }
}
