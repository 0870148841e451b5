/** The rules about a set of schemas, beside those of `@headwater/avro` about two versions of one. */
export const setRuleIds = [
  'schema-deleted',
  'schema-moved',
  'subject-changed',
  'schema-added',
  'reference-drift',
  'revert-of-version',
] as const

/** A rule about a set of schemas. */
export type SetRuleId = (typeof setRuleIds)[number]
