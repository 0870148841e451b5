import type { EvolutionDirection } from '../check-evolution.ts'
import type { ParsedSchema } from '../schema-node.ts'
import type { AdviceDraft } from './advice-draft.ts'
import type { EvolutionFinding } from './evolution-finding.ts'
import { adviseOnField } from './field-advice.ts'
import { matchSchemas } from './match-schemas.ts'
import { adviseOnNamespaces } from './namespace-advice.ts'
import { createPlaceOf, type PlaceOf } from './place-of.ts'
import { lintSchema } from './schema-lints.ts'
import { adviseOnType } from './type-advice.ts'

/** What {@link findEvolutionAdvice} looks at. */
export interface FindEvolutionAdviceOptions {
  /** The schema to be registered. */
  readonly proposed: ParsedSchema
  /** The version before it. Default: it is the first. */
  readonly previous?: ParsedSchema | undefined
  /** Whose reading counts, by the level: `backward` is a consumer on the proposed schema, `forward` one on the other. */
  readonly directions: readonly EvolutionDirection[]
}

/**
 * What is unwise about a new version of a schema although registries take it: all rules of `adviceRuleIds` but those
 * that take more than two versions (`not-transitive`) or a registry's answer (`registry-unsound`, which
 * `findEvolutionFindings` gives). What was so in the version before, and what stands in a referenced schema, is left
 * out.
 */
export function findEvolutionAdvice(options: FindEvolutionAdviceOptions): readonly EvolutionFinding[] {
  const { proposed, previous } = options
  const nowPlace = createPlaceOf(proposed)
  const beforePlace = previous === undefined ? undefined : createPlaceOf(previous)
  const known = new Set(previous === undefined ? [] : lintSchema(previous).map(({ identity }) => identity))
  const lints = lintSchema(proposed).filter(({ identity }) => !known.has(identity))
  return [...(previous === undefined ? [] : adviseOnChange({ ...options, previous })), ...lints]
    .map((draft) => toFinding(draft, nowPlace, beforePlace))
    .filter(({ reader }) => reader?.definedIn === undefined || !proposed.referenced.has(reader.definedIn))
    .map(({ direction, reader, writer, ...rest }) => ({
      ...rest,
      direction,
      ...(direction === 'forward' ? { reader: writer, writer: reader } : { reader, writer }),
    }))
}

function adviseOnChange(
  options: FindEvolutionAdviceOptions & { readonly previous: ParsedSchema },
): readonly AdviceDraft[] {
  const { types, fields } = matchSchemas(options.previous.root, options.proposed.root)
  return [
    ...adviseOnNamespaces(types, options),
    ...types.flatMap((match) => adviseOnType(match, options)),
    ...fields.flatMap(adviseOnField),
  ]
}

/** With the new schema as the reader. */
function toFinding(
  draft: AdviceDraft,
  nowPlace: PlaceOf,
  beforePlace: PlaceOf | undefined,
): EvolutionFinding {
  const { ruleId, direction, path, symbols = [], before, now, message, detail, fix, key } = draft
  return {
    ruleId,
    kind: 'advice',
    direction,
    path,
    symbols,
    reader: now === undefined ? undefined : nowPlace(now),
    writer: before === undefined ? undefined : beforePlace?.(before),
    message,
    detail,
    fix,
    causes: [],
    registry: undefined,
    key,
  }
}
