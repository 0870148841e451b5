import type { BrokerConfig } from '../cluster/broker-config.ts'
import { configType, topicConfigEntries, type TopicConfig } from '../cluster/topic-config.ts'

/** Kafka's `ConfigSource`: where a value comes from. */
const configSource = { topic: 1, default: 5 } as const

/** Kafka's `ConfigResource.Type`. */
export const configResource = { topic: 2, broker: 4 } as const

/** One setting as DescribeConfigs and CreateTopics tell of it. */
export interface ConfigEntry {
  readonly name: string
  readonly value: string
  readonly configSource: number
  readonly configType: number
}

/** All settings of a topic with the values in force. */
export function describeTopicConfig(config: TopicConfig): ConfigEntry[] {
  return Object.entries(topicConfigEntries).map(([name, { type }]) => ({
    name,
    value: config.text(name),
    configSource: config.own.has(name) ? configSource.topic : configSource.default,
    configType: configType[type],
  }))
}

/** The settings of a broker that have an effect here; Kafka would list several hundred. */
export function describeBrokerConfig(config: BrokerConfig): ConfigEntry[] {
  return Object.entries(config).map(([name, value]: [string, unknown]) => ({
    name,
    value: String(value),
    configSource: configSource.default,
    configType: typeof value === 'boolean' ? configType.boolean : configType.int,
  }))
}
