import { checkReaderWriter, type ReaderWriterResult } from './check-reader-writer.ts'
import { parseSchema } from './parse-schema.ts'
import type { ParsedSchema } from './schema-node.ts'

/** A registry's compatibility levels. */
export const compatibilityModes = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
] as const

/** One of a registry's compatibility levels. */
export type CompatibilityMode = (typeof compatibilityModes)[number]

/** `backward`: the proposed schema reads the earlier one's data. `forward`: the earlier one reads the proposed one's. */
export type EvolutionDirection = 'backward' | 'forward'

/** What {@link checkEvolution} compares. */
export interface CheckEvolutionOptions {
  /** The schema to be registered. */
  readonly proposed: string | ParsedSchema
  /**
   * The versions that stand, oldest first, soft-deleted ones left out. A function is asked when its version is compared
   * and what it gives is not kept, so that many versions need not be in memory at once.
   */
  readonly previous: readonly (string | ParsedSchema | (() => ParsedSchema))[]
  /** The level in force for the subject. */
  readonly mode: CompatibilityMode
}

/** One earlier version that the proposed schema breaks with. */
export interface EvolutionFailure extends ReaderWriterResult {
  /** Index of the earlier version in `previous`. */
  readonly previousIndex: number
  readonly direction: EvolutionDirection
}

/** Whether a registry would take the proposed schema. */
export interface EvolutionResult {
  readonly compatible: boolean
  /** Newest version first; for FULL the forward direction first, as a Confluent registry looks. */
  readonly failures: readonly EvolutionFailure[]
}

interface ModeRule {
  readonly directions: readonly EvolutionDirection[]
  readonly against: 'nothing' | 'latest' | 'all'
}

const rules: Readonly<Record<CompatibilityMode, ModeRule>> = {
  NONE: { directions: [], against: 'nothing' },
  BACKWARD: { directions: ['backward'], against: 'latest' },
  BACKWARD_TRANSITIVE: { directions: ['backward'], against: 'all' },
  FORWARD: { directions: ['forward'], against: 'latest' },
  FORWARD_TRANSITIVE: { directions: ['forward'], against: 'all' },
  FULL: { directions: ['forward', 'backward'], against: 'latest' },
  FULL_TRANSITIVE: { directions: ['forward', 'backward'], against: 'all' },
}

/**
 * Applies a compatibility level as registries do. All failures are reported, where a registry stops at the first
 * failing version and direction; whether any is found is the same.
 *
 * @throws AvroSchemaError when one of the texts is not a schema.
 */
export function checkEvolution(options: CheckEvolutionOptions): EvolutionResult {
  const rule = rules[options.mode]
  const proposed = toParsed(options.proposed)
  const newest = options.previous.length - 1
  const oldest = rule.against === 'all' ? 0 : Math.max(0, newest)
  const failures: EvolutionFailure[] = []
  for (let index = newest; rule.against !== 'nothing' && index >= oldest; index--) {
    const given = options.previous[index]!
    const previous = typeof given === 'function' ? given() : toParsed(given)
    for (const direction of rule.directions) {
      const result =
        direction === 'backward'
          ? checkReaderWriter(proposed, previous)
          : checkReaderWriter(previous, proposed)
      if (!result.compatible) failures.push({ ...result, previousIndex: index, direction })
    }
  }
  return { compatible: failures.length === 0, failures }
}

function toParsed(schema: string | ParsedSchema): ParsedSchema {
  return typeof schema === 'string' ? parseSchema(schema) : schema
}
