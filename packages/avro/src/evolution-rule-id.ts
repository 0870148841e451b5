/** The rules that a registry applies, one for each way in which a reader cannot read a writer's data. */
export const registryRuleIds = [
  'field-no-default',
  'field-removed',
  'field-renamed',
  'field-type-changed',
  'enum-symbol-removed',
  'enum-symbol-added',
  'union-branch-missing',
  'union-branch-incompatible',
  'type-renamed',
  'fixed-size-changed',
  'ambiguous-alias',
] as const

/** A rule that a registry applies. */
export type RegistryRuleId = (typeof registryRuleIds)[number]

/** What registries take and what does harm all the same. */
export const adviceRuleIds = [
  'namespace-changed',
  'logical-type-changed',
  'enum-unknown-collapses',
  'enum-default-removed',
  'default-changed',
  'lossy-promotion',
  'string-bytes-swap',
  'union-default-not-first',
  'long-default-unsafe',
  'unparseable-by-avsc',
  'alias-not-qualified',
  'wrapped-union',
  'not-transitive',
  'registry-unsound',
  'doc-changed',
  'metadata-changed',
] as const

/** A rule about what registries take and what does harm all the same. */
export type AdviceRuleId = (typeof adviceRuleIds)[number]

/** The rules about two versions of a schema. */
export type EvolutionRuleId = RegistryRuleId | AdviceRuleId

/** All rules about two versions of a schema: those of registries first. */
export const evolutionRuleIds: readonly EvolutionRuleId[] = [...registryRuleIds, ...adviceRuleIds]
