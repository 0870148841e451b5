import type { BrokerConfig } from './broker-config.ts'
import { Refusal } from './refusal.ts'

/** Kafka's `ConfigDef.Type`, with the number that DescribeConfigs sends for it. */
export const configType = { boolean: 1, string: 2, int: 3, long: 5, double: 6, list: 7 } as const

/** One setting of a topic, as `org.apache.kafka.storage.internals.log.LogConfig` declares it. */
export interface TopicConfigEntry {
  readonly type: keyof typeof configType
  readonly defaultValue: string
  /** The values that are allowed, where there are few; of a list, each part must be one of them. */
  readonly oneOf?: readonly string[]
  /** The smallest number allowed. */
  readonly atLeast?: number
  /** The largest number allowed. */
  readonly atMost?: number
}

const forever = '9223372036854775807'

/** Every setting that Kafka 4.3 knows for a topic; README and UNSUPPORTED.md say which ones have an effect here. */
export const topicConfigEntries: Readonly<Record<string, TopicConfigEntry>> = {
  'cleanup.policy': { type: 'list', defaultValue: 'delete', oneOf: ['delete', 'compact'] },
  'compression.gzip.level': { type: 'int', defaultValue: '-1', atLeast: -1, atMost: 9 },
  'compression.lz4.level': { type: 'int', defaultValue: '9', atLeast: 1, atMost: 17 },
  'compression.type': {
    type: 'string',
    defaultValue: 'producer',
    oneOf: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
  },
  'compression.zstd.level': { type: 'int', defaultValue: '3', atLeast: -131072, atMost: 22 },
  'delete.retention.ms': { type: 'long', defaultValue: '86400000', atLeast: 0 },
  'file.delete.delay.ms': { type: 'long', defaultValue: '60000', atLeast: 0 },
  'flush.messages': { type: 'long', defaultValue: forever, atLeast: 1 },
  'flush.ms': { type: 'long', defaultValue: forever, atLeast: 0 },
  'follower.replication.throttled.replicas': { type: 'list', defaultValue: '' },
  'index.interval.bytes': { type: 'int', defaultValue: '4096', atLeast: 0 },
  'leader.replication.throttled.replicas': { type: 'list', defaultValue: '' },
  'local.retention.bytes': { type: 'long', defaultValue: '-2', atLeast: -2 },
  'local.retention.ms': { type: 'long', defaultValue: '-2', atLeast: -2 },
  'max.compaction.lag.ms': { type: 'long', defaultValue: forever, atLeast: 1 },
  'max.message.bytes': { type: 'int', defaultValue: '1048588', atLeast: 0 },
  'message.timestamp.after.max.ms': { type: 'long', defaultValue: '3600000', atLeast: 0 },
  'message.timestamp.before.max.ms': { type: 'long', defaultValue: forever, atLeast: 0 },
  'message.timestamp.type': {
    type: 'string',
    defaultValue: 'CreateTime',
    oneOf: ['CreateTime', 'LogAppendTime'],
  },
  'min.cleanable.dirty.ratio': { type: 'double', defaultValue: '0.5', atLeast: 0, atMost: 1 },
  'min.compaction.lag.ms': { type: 'long', defaultValue: '0', atLeast: 0 },
  'min.insync.replicas': { type: 'int', defaultValue: '1', atLeast: 1 },
  preallocate: { type: 'boolean', defaultValue: 'false' },
  'remote.log.copy.disable': { type: 'boolean', defaultValue: 'false' },
  'remote.log.delete.on.disable': { type: 'boolean', defaultValue: 'false' },
  'remote.storage.enable': { type: 'boolean', defaultValue: 'false' },
  'retention.bytes': { type: 'long', defaultValue: '-1' },
  'retention.ms': { type: 'long', defaultValue: '604800000', atLeast: -1 },
  'segment.bytes': { type: 'int', defaultValue: '1073741824', atLeast: 14 },
  'segment.index.bytes': { type: 'int', defaultValue: '10485760', atLeast: 4 },
  'segment.jitter.ms': { type: 'long', defaultValue: '0', atLeast: 0 },
  'segment.ms': { type: 'long', defaultValue: '604800000', atLeast: 1 },
  'unclean.leader.election.enable': { type: 'boolean', defaultValue: 'false' },
}

/** Topic settings whose default is a setting of the broker. */
const fromBroker: Readonly<Record<string, keyof BrokerConfig>> = {
  'max.message.bytes': 'message.max.bytes',
  'min.insync.replicas': 'min.insync.replicas',
  'retention.bytes': 'log.retention.bytes',
  'retention.ms': 'log.retention.ms',
}

/** What was set on one topic, over the defaults of the broker, over Kafka's. */
export class TopicConfig {
  readonly #own: Map<string, string>
  readonly #broker: BrokerConfig

  constructor(broker: BrokerConfig, own: Iterable<readonly [string, string]> = []) {
    this.#broker = broker
    this.#own = new Map(own)
    for (const [name, value] of this.#own) assertTopicConfig(name, value)
  }

  /** What was set on the topic itself. */
  get own(): ReadonlyMap<string, string> {
    return this.#own
  }

  /** The value in force. */
  text(name: string): string {
    const broker = fromBroker[name]
    return (
      this.#own.get(name) ??
      (broker === undefined ? topicConfigEntries[name]!.defaultValue : String(this.#broker[broker]))
    )
  }

  number(name: string): number {
    return Number(this.text(name))
  }

  has(name: string, part: string): boolean {
    return this.text(name).split(',').includes(part)
  }

  /** The same with changes; null takes a value back to its default. Throws when the outcome is not allowed. */
  changed(changes: Iterable<readonly [string, string | null]>): TopicConfig {
    const own = new Map(this.#own)
    for (const [name, value] of changes) {
      if (value === null) own.delete(name)
      else own.set(name, value)
    }
    return new TopicConfig(this.#broker, own)
  }
}

function assertTopicConfig(name: string, value: string): void {
  const entry = topicConfigEntries[name]
  if (entry === undefined) throw new Refusal('INVALID_CONFIG', `Unknown topic config name: ${name}`)
  const bad = (why: string): never => {
    throw new Refusal('INVALID_CONFIG', `Invalid value ${value} for configuration ${name}: ${why}`)
  }
  if (entry.type === 'boolean' && value !== 'true' && value !== 'false')
    bad('Expected value to be true or false')
  if (entry.type === 'int' || entry.type === 'long' || entry.type === 'double') {
    const number = Number(value)
    const fits = entry.type === 'double' ? Number.isFinite(number) : /^[+-]?\d+$/u.test(value)
    if (!fits) bad(`Not a number of type ${entry.type.toUpperCase()}`)
    if (entry.atLeast !== undefined && number < entry.atLeast) bad(`Value must be at least ${entry.atLeast}`)
    if (entry.atMost !== undefined && number > entry.atMost) bad(`Value must be no more than ${entry.atMost}`)
  }
  if (entry.oneOf !== undefined) {
    const parts = entry.type === 'list' ? value.split(',').map((part) => part.trim()) : [value]
    for (const part of parts) {
      if (!entry.oneOf.includes(part)) bad(`String must be one of: ${entry.oneOf.join(', ')}`)
    }
  }
}
