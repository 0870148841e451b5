import type { CompatibilityMode, EvolutionDirection } from '@headwater/avro'

/** Whose reading a level looks at. */
export function directionsOf(mode: CompatibilityMode): readonly EvolutionDirection[] {
  const isFull = mode.startsWith('FULL')
  return (['backward', 'forward'] as const).filter(
    (direction) => isFull || mode.startsWith(direction.toUpperCase()),
  )
}
