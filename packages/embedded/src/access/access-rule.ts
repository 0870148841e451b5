/** What somebody may be kept from doing (`org.apache.kafka.common.acl.AclOperation`). */
export type Operation =
  | 'Read'
  | 'Write'
  | 'Create'
  | 'Delete'
  | 'Alter'
  | 'Describe'
  | 'DescribeConfigs'
  | 'AlterConfigs'
  | 'IdempotentWrite'

/** Who may not do what; a rule names exactly one thing that it protects. */
export interface AccessRule {
  /** A topic, or `'*'` for all. */
  readonly topic?: string | undefined
  /** A group, or `'*'` for all. */
  readonly group?: string | undefined
  /** A transactional id, or `'*'` for all. */
  readonly transactionalId?: string | undefined
  /**
   * What belongs to no topic, group or transactional id, such as producer ids. Those are for whoever may write to any
   * topic at all (KIP-679): to refuse them, deny `Write` on the topic `'*'` as well.
   */
  readonly cluster?: true | undefined
  /**
   * What is denied.
   *
   * @defaultValue everything
   */
  readonly operations?: readonly Operation[] | undefined
  /**
   * Whom it is denied: a user's name without `User:`; clients that did not authenticate are `ANONYMOUS`.
   *
   * @defaultValue everybody
   */
  readonly principal?: string | undefined
}

/** Kinds of things that rules protect. */
const resourceTypes = ['topic', 'group', 'transactionalId', 'cluster'] as const

/** What a rule can protect. */
export type ResourceType = (typeof resourceTypes)[number]

/** Throws a TypeError unless the rule names exactly one thing. */
export function assertAccessRule(rule: AccessRule): void {
  if (resourceTypes.filter((type) => rule[type] !== undefined).length === 1) return
  throw new TypeError(`a rule must name exactly one of ${resourceTypes.join(', ')}`)
}

/** Whether a rule forbids a principal an operation on something. */
export function forbids(
  rule: AccessRule,
  principal: string,
  operation: Operation,
  type: ResourceType,
  name: string,
): boolean {
  if (rule.principal !== undefined && rule.principal !== principal) return false
  if (rule.operations !== undefined && !rule.operations.includes(operation)) return false
  const protectedName = rule[type]
  return protectedName === true || protectedName === '*' || protectedName === name
}
