import { registryRuleIds } from '@headwater/avro'
import type { RuleLevel } from './define-schemas-config.ts'
import type { ReportSeverity } from './report.ts'
import { ruleIds, type RuleId } from './rule-ids.ts'

/** What findings of each rule count as, where the configuration says nothing; `off` for those that nobody asked for. */
export const defaultSeverities: Readonly<Record<RuleId, ReportSeverity | 'off'>> = {
  ...(Object.fromEntries(ruleIds.map((id) => [id, 'warning'])) as Record<RuleId, 'warning'>),
  ...(Object.fromEntries(registryRuleIds.map((id) => [id, 'break'])) as Record<string, 'break'>),
  'doc-changed': 'off',
  'metadata-changed': 'off',
  'schema-deleted': 'break',
  'schema-moved': 'info',
  'schema-added': 'info',
  'revert-of-version': 'info',
}

const severities: Readonly<Record<RuleLevel, ReportSeverity | 'off'>> = {
  error: 'break',
  warning: 'warning',
  off: 'off',
}

const registryRules: ReadonlySet<string> = new Set(registryRuleIds)

/** What decides on the severity of a finding. */
export interface SeverityOptions {
  /** The configuration's `rules`. */
  readonly levels: Readonly<Partial<Record<RuleId, RuleLevel>>>
  /** Whether the schema is one whose breaks never fail. */
  readonly isUnstable: boolean
}

/**
 * What a finding counts as; `off` when nobody wants to see it. What a registry refuses stays a break whatever the
 * configuration says: turned off, it would fail when it is deployed. It can be accepted, with a reason, or be unstable.
 */
export function severityOf(ruleId: RuleId, { levels, isUnstable }: SeverityOptions): ReportSeverity | 'off' {
  const level = levels[ruleId]
  const isOpen = level !== undefined && !registryRules.has(ruleId)
  const severity = isOpen ? severities[level] : defaultSeverities[ruleId]
  return severity === 'break' && isUnstable ? 'warning' : severity
}
