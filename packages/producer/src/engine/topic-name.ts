const legal = /^[a-zA-Z0-9._-]{1,249}$/

/** What a topic's name must be, for messages. */
export const topicNameRule = '1 to 249 characters of a-z A-Z 0-9 . _ - and not "." or ".."'

/** Whether Kafka takes this as a topic's name (Java: `Topic.validate`). */
export function isTopicName(name: unknown): name is string {
  return typeof name === 'string' && legal.test(name) && name !== '.' && name !== '..'
}
