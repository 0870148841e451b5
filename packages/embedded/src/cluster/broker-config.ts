/**
 * The broker settings that change what this cluster does, under Kafka's own names, with Kafka's defaults except
 * where a comment says otherwise. Anything else is refused, so that no setting is silently without effect.
 */
export interface BrokerConfig {
  readonly 'auto.create.topics.enable': boolean
  readonly 'num.partitions': number
  readonly 'default.replication.factor': number
  readonly 'message.max.bytes': number
  readonly 'min.insync.replicas': number
  readonly 'socket.request.max.bytes': number
  readonly 'connection.failed.authentication.delay.ms': number
  readonly 'connections.max.idle.ms': number
  readonly 'group.min.session.timeout.ms': number
  readonly 'group.max.session.timeout.ms': number
  readonly 'group.initial.rebalance.delay.ms': number
  readonly 'log.retention.bytes': number
  readonly 'log.retention.check.interval.ms': number
  readonly 'log.retention.ms': number
  readonly 'offset.metadata.max.bytes': number
  readonly 'offsets.topic.num.partitions': number
  readonly 'offsets.topic.replication.factor': number
  readonly 'fetch.max.bytes': number
  readonly 'max.incremental.fetch.session.cache.slots': number
  readonly 'transaction.max.timeout.ms': number
  readonly 'transaction.state.log.num.partitions': number
  readonly 'transaction.state.log.replication.factor': number
  readonly 'transaction.abort.timed.out.transaction.cleanup.interval.ms': number
  readonly 'transaction.partition.verification.enable': boolean
}

/** What a test may set. Text is taken, too, as in Kafka's properties files. */
export type BrokerConfigOverrides = Partial<Readonly<Record<keyof BrokerConfig, string | number | boolean>>>

const defaults: BrokerConfig = {
  // Kafka: true. A test that forgets a topic shall hear of it.
  'auto.create.topics.enable': false,
  'num.partitions': 1,
  'default.replication.factor': 1,
  'message.max.bytes': 1_048_588,
  'min.insync.replicas': 1,
  'socket.request.max.bytes': 104_857_600,
  'connection.failed.authentication.delay.ms': 100,
  // Kafka: 600000. A test that moves the clock by an hour keeps its connections; below 0 is never.
  'connections.max.idle.ms': -1,
  // Kafka: 6000. Tests of consumers that die want to be quick.
  'group.min.session.timeout.ms': 100,
  'group.max.session.timeout.ms': 1_800_000,
  // Kafka: 3000. Nobody waits three seconds for the first member of a test.
  'group.initial.rebalance.delay.ms': 0,
  'log.retention.bytes': -1,
  'log.retention.check.interval.ms': 300_000,
  // Kafka: null, which leaves it to log.retention.hours; that is the same week.
  'log.retention.ms': 604_800_000,
  'offset.metadata.max.bytes': 4096,
  'offsets.topic.num.partitions': 50,
  'offsets.topic.replication.factor': 3,
  'fetch.max.bytes': 57_671_680,
  'max.incremental.fetch.session.cache.slots': 1000,
  'transaction.max.timeout.ms': 900_000,
  'transaction.state.log.num.partitions': 50,
  'transaction.state.log.replication.factor': 3,
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 10_000,
  'transaction.partition.verification.enable': true,
}

/** Fills in the defaults; throws a `TypeError` for a name or a value that means nothing. */
export function resolveBrokerConfig(overrides: BrokerConfigOverrides = {}): BrokerConfig {
  const resolved: Record<string, string | number | boolean> = { ...defaults }
  for (const [name, value] of Object.entries(overrides)) {
    const known = resolved[name]
    if (known === undefined) {
      throw new TypeError(
        `config: ${JSON.stringify(name)} has no effect here; these have: ${Object.keys(defaults).join(', ')}`,
      )
    }
    resolved[name] = typeof known === 'boolean' ? toBoolean(name, value) : toWholeNumber(name, value)
  }
  return resolved as unknown as BrokerConfig
}

function toBoolean(name: string, value: string | number | boolean): boolean {
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  throw new TypeError(`config: ${name} must be true or false, not ${JSON.stringify(value)}`)
}

function toWholeNumber(name: string, value: string | number | boolean): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number)) return number
  throw new TypeError(`config: ${name} must be a whole number, not ${JSON.stringify(value)}`)
}
