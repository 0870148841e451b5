import { evolutionRuleIds, type EvolutionRuleId } from '@headwater/avro'
import { setRuleIds, type SetRuleId } from './set-rule.ts'

/** Every rule that a report can name and a configuration can set. */
export type RuleId = EvolutionRuleId | SetRuleId

/** All rules: those of registries, then advice, then those about a set of schemas. */
export const ruleIds: readonly RuleId[] = [...evolutionRuleIds, ...setRuleIds]

/** Whether a text is the id of a rule. */
export function isRuleId(text: string): text is RuleId {
  return (ruleIds as readonly string[]).includes(text)
}
