import { topicConfigEntries, type TopicConfig } from '../cluster/topic-config.ts'

/** Kafka's `ConfigSource`: where a value comes from. */
export const configSource = { topic: 1, staticBroker: 4, default: 5 } as const

/** All settings of a topic with the values in force. */
export function describeTopicConfig(
  config: TopicConfig,
): { readonly name: string; readonly value: string; readonly own: boolean }[] {
  return Object.keys(topicConfigEntries).map((name) => ({
    name,
    value: config.text(name),
    own: config.own.has(name),
  }))
}
