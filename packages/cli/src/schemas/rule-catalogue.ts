import { adviceRuleEntries } from './advice-rule-entries.ts'
import { registryRuleEntries } from './registry-rule-entries.ts'
import type { RuleEntry } from './rule-entry.ts'
import type { RuleId } from './rule-ids.ts'
import { setRuleEntries } from './set-rule-entries.ts'

/** What there is to say about every rule; a rule without an entry does not compile. */
export const ruleCatalogue: Readonly<Record<RuleId, RuleEntry>> = {
  ...registryRuleEntries,
  ...adviceRuleEntries,
  ...setRuleEntries,
}
