import { checkEvolution, type CompatibilityMode, type ParsedSchema } from '@headwater/avro'
import { compatibilityDetails } from './compatibility-details.ts'
import type { RegistrySchema } from './registry-schema.ts'
import type { StoredVersion } from './registry-store.ts'

/**
 * Compares a schema with earlier versions under a level; gives the details of the first failure, or none. Types other
 * than Avro are stored without being understood, so they fit anything of their own type and nothing else.
 */
export function checkAgainst(
  proposed: RegistrySchema,
  previous: readonly StoredVersion[],
  level: CompatibilityMode,
): readonly string[] {
  if (level === 'NONE') return []
  const other = previous.findLast(({ schema }) => schema.schemaType !== proposed.schemaType)
  if (other !== undefined) {
    return [
      `Incompatible because of different schema type: ${other.schema.schemaType}, version ${other.version}`,
    ]
  }
  if (proposed.parsed === undefined) return []
  const parsed = previous
    .map(({ schema }) => schema.parsed)
    .filter((schema): schema is ParsedSchema => schema !== undefined)
  const [failure] = checkEvolution({ proposed: proposed.parsed, previous: parsed, mode: level }).failures
  return failure === undefined ? [] : compatibilityDetails(failure, previous[failure.previousIndex]!, level)
}
