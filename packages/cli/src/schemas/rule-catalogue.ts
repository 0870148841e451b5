import { adviceRuleEntries } from './advice-rule-entries.ts'
import { registryRuleEntries } from './registry-rule-entries.ts'
import type { RuleEntry } from './rule-entry.ts'
import type { ReportFinding } from './report.ts'
import { setRuleEntries } from './set-rule-entries.ts'

/** Everything that a finding can be named after. */
export type ExplainedRuleId = ReportFinding['ruleId']

/** What there is to say about every rule; a rule without an entry does not compile. */
export const ruleCatalogue: Readonly<Record<ExplainedRuleId, RuleEntry>> = {
  ...registryRuleEntries,
  ...adviceRuleEntries,
  ...setRuleEntries,
  'server-verdict': {
    title: 'a registry says something else than the rules of Avro',
    about:
      'With --server-verdict the registry is asked, too, and its answer is not what the comparison here says. Registries differ: Karapace takes aliases literally and does not check defaults, and some have settings that go beyond Avro.',
    fix: 'Read what the registry says. Where it refuses, it will refuse the schema in the deployment.',
    example: undefined,
  },
}
