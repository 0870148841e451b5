import { Refusal } from './refusal.ts'

/** Kafka's rules for a topic's name (`org.apache.kafka.common.internals.Topic.validate`). */
export function assertTopicName(name: string): void {
  const why = whyNoTopicName(name)
  if (why !== undefined) throw new Refusal('INVALID_TOPIC_EXCEPTION', `Topic name is invalid: ${why}`)
}

/** Whether a topic could have that name. */
export function isTopicName(name: string): boolean {
  return whyNoTopicName(name) === undefined
}

function whyNoTopicName(name: string): string | undefined {
  return name === ''
    ? 'the empty string is not allowed'
    : name === '.' || name === '..'
      ? "'.' and '..' are not allowed"
      : name.length > 249
        ? `the length of '${name}' is longer than the max allowed length 249`
        : /^[a-zA-Z0-9._-]+$/u.test(name)
          ? undefined
          : `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`
}

/** Names that differ only in `.` and `_` would share the names of their metrics, so Kafka refuses the second. */
export function assertNoCollision(name: string, others: Iterable<string>): void {
  if (!/[._]/u.test(name)) return
  const unified = name.replaceAll('.', '_')
  for (const other of others) {
    if (other !== name && other.replaceAll('.', '_') === unified) {
      throw new Refusal('INVALID_TOPIC_EXCEPTION', `Topic '${name}' collides with existing topic: ${other}`)
    }
  }
}
