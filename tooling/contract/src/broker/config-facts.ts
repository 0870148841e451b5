import { describeConfigs, errorCode, incrementalAlterConfigs, type RequestInputOf } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { until, type BrokerBench } from './broker-bench.ts'
import { makeBatch } from './make-batch.ts'
import { produceTo } from './produce-to.ts'

type Change = RequestInputOf<typeof incrementalAlterConfigs>['resources'][number]['configs'][number]

const topicType = 2
const brokerType = 4
/** Kafka's `ConfigSource`: what was set on the topic itself, and what Kafka's own code says. */
const source = { topic: 1, default: 5 }

/** Every setting of a topic, by its name. */
const allSettings = [
  'cleanup.policy',
  'compression.gzip.level',
  'compression.lz4.level',
  'compression.type',
  'compression.zstd.level',
  'delete.retention.ms',
  'file.delete.delay.ms',
  'flush.messages',
  'flush.ms',
  'follower.replication.throttled.replicas',
  'index.interval.bytes',
  'leader.replication.throttled.replicas',
  'local.retention.bytes',
  'local.retention.ms',
  'max.compaction.lag.ms',
  'max.message.bytes',
  'message.timestamp.after.max.ms',
  'message.timestamp.before.max.ms',
  'message.timestamp.type',
  'min.cleanable.dirty.ratio',
  'min.compaction.lag.ms',
  'min.insync.replicas',
  'preallocate',
  'remote.log.copy.disable',
  'remote.log.delete.on.disable',
  'remote.storage.enable',
  'retention.bytes',
  'retention.ms',
  'segment.bytes',
  'segment.index.bytes',
  'segment.jitter.ms',
  'segment.ms',
  'unclean.leader.election.enable',
]

const operation = { set: 0, delete: 1, append: 2, subtract: 3 }

/** How the settings of topics are read and changed. */
export function describeSettings(getBench: () => BrokerBench): void {
  const read = async (
    resourceName: string,
    { version = 4, keys = null as readonly string[] | null, resourceType = topicType } = {},
  ) => {
    const { results } = await (
      await getBench().client()
    ).send(describeConfigs, version, {
      resources: [{ resourceType, resourceName, configurationKeys: keys }],
    })
    return results[0]!
  }
  const valueOf = async (topic: string, name: string): Promise<string | null | undefined> =>
    (await read(topic, { keys: [name] })).configs[0]?.value
  const change = async (
    resourceName: string,
    configs: readonly Change[],
    { version = 1, validateOnly = false, resourceType = topicType } = {},
  ) => {
    const { responses } = await (
      await getBench().client()
    ).send(incrementalAlterConfigs, version, {
      resources: [{ resourceType, resourceName, configs }],
      validateOnly,
    })
    return responses[0]!
  }
  const set = (name: string, value: string | null): Change => ({
    name,
    configOperation: operation.set,
    value,
  })
  const becomes = (topic: string, name: string, value: string): Promise<true> =>
    until(`${name} ${value}`, async () => ((await valueOf(topic, name)) === value ? true : undefined))

  describe('DescribeConfigs', () => {
    it.each([1, 2, 3, 4])(
      'shows in v%i what was set on a topic, and the default of the rest',
      async (version) => {
        const topic = await getBench().topic({ config: { 'retention.ms': '777' } })
        const { errorCode: code, configs } = await read(topic.name, { version })
        expect(code).toBe(0)
        const shown = new Map(configs.map((config) => [config.name, config]))
        expect(shown.get('retention.ms')).toMatchObject({
          value: '777',
          configSource: source.topic,
          readOnly: false,
          isSensitive: false,
          configType: version >= 3 ? 5 : 0,
        })
        expect(shown.get('cleanup.policy')).toMatchObject({
          value: 'delete',
          configSource: source.default,
          configType: version >= 3 ? 7 : 0,
        })
        expect(shown.get('max.message.bytes')).toMatchObject({ value: '1048588' })
      },
    )

    it.each([
      ['retention.bytes', '-1'],
      ['compression.type', 'producer'],
      ['message.timestamp.type', 'CreateTime'],
      ['message.timestamp.before.max.ms', '9223372036854775807'],
      ['message.timestamp.after.max.ms', '3600000'],
      ['delete.retention.ms', '86400000'],
      ['segment.ms', '604800000'],
      ['retention.ms', '604800000'],
      ['file.delete.delay.ms', '60000'],
      ['flush.messages', '9223372036854775807'],
      ['flush.ms', '9223372036854775807'],
      ['index.interval.bytes', '4096'],
      ['max.compaction.lag.ms', '9223372036854775807'],
      ['min.cleanable.dirty.ratio', '0.5'],
      ['min.compaction.lag.ms', '0'],
      ['preallocate', 'false'],
      ['segment.index.bytes', '10485760'],
      ['segment.jitter.ms', '0'],
      ['unclean.leader.election.enable', 'false'],
      ['remote.storage.enable', 'false'],
      ['local.retention.bytes', '-2'],
      ['local.retention.ms', '-2'],
      ['compression.gzip.level', '-1'],
      ['compression.lz4.level', '9'],
      ['compression.zstd.level', '3'],
    ])('shows %s as %s where nobody set it', async (name, value) => {
      const topic = await getBench().topic()
      expect(await valueOf(topic.name, name)).toBe(value)
    })

    it('shows the same settings as Kafka 4.3, and no other', async () => {
      const topic = await getBench().topic()
      const names = (await read(topic.name)).configs.map(({ name }) => name)
      expect(names.toSorted()).toEqual(allSettings)
    })

    it('shows only the settings that were asked for, and none that Kafka does not know', async () => {
      const topic = await getBench().topic()
      const { configs } = await read(topic.name, { keys: ['retention.ms', 'no.such.setting'] })
      expect(configs.map(({ name }) => name)).toEqual(['retention.ms'])
    })

    it('does not know a topic that is not there', async () => {
      const name = getBench().name('missing')
      expect(await read(name)).toMatchObject({
        errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION,
        resourceType: topicType,
        resourceName: name,
        configs: [],
      })
    })

    it.each([
      ['a name that no topic can have', 'no name', topicType, errorCode.INVALID_TOPIC_EXCEPTION],
      ['a kind of thing that Kafka does not know', 'x', 99, errorCode.INVALID_REQUEST],
      ['a broker that has a word for a number', 'one', brokerType, errorCode.INVALID_REQUEST],
      ['another broker', '4711', brokerType, errorCode.INVALID_REQUEST],
    ])('refuses %s', async (_, name, resourceType, code) => {
      expect(await read(name, { resourceType })).toMatchObject({ errorCode: code, configs: [] })
    })
  })

  describe('IncrementalAlterConfigs', () => {
    it.each([0, 1])('sets a value in v%i, and takes it back', async (version) => {
      const { name } = await getBench().topic()
      expect(await change(name, [set('retention.ms', '4321')], { version })).toEqual({
        errorCode: 0,
        errorMessage: null,
        resourceType: topicType,
        resourceName: name,
      })
      await becomes(name, 'retention.ms', '4321')
      const back = { name: 'retention.ms', configOperation: operation.delete, value: null }
      expect(await change(name, [back], { version })).toMatchObject({ errorCode: 0 })
      await becomes(name, 'retention.ms', '604800000')
    })

    it('adds to a list and takes from it', async () => {
      const { name } = await getBench().topic()
      const policy = (configOperation: number, value: string): Change => ({
        name: 'cleanup.policy',
        configOperation,
        value,
      })
      expect(await change(name, [policy(operation.append, 'compact')])).toMatchObject({ errorCode: 0 })
      await becomes(name, 'cleanup.policy', 'delete,compact')
      expect(await change(name, [policy(operation.append, 'compact')])).toMatchObject({ errorCode: 0 })
      expect(await valueOf(name, 'cleanup.policy')).toBe('delete,compact')
      expect(await change(name, [policy(operation.subtract, 'delete')])).toMatchObject({ errorCode: 0 })
      await becomes(name, 'cleanup.policy', 'compact')
    })

    it.each([
      ['a setting that Kafka does not know', set('no.such.setting', '1'), errorCode.INVALID_CONFIG],
      ['a value that is not allowed', set('cleanup.policy', 'shred'), errorCode.INVALID_CONFIG],
      ['a word for a number', set('retention.ms', 'long'), errorCode.INVALID_CONFIG],
      ['no value to set', set('retention.ms', null), errorCode.INVALID_REQUEST],
      [
        'to add to what is no list',
        { name: 'retention.ms', configOperation: operation.append, value: '1' },
        errorCode.INVALID_CONFIG,
      ],
    ])('refuses %s', async (_, wrong, code) => {
      const { name } = await getBench().topic()
      expect(await change(name, [set('segment.ms', '99999'), wrong])).toMatchObject({ errorCode: code })
      expect(await valueOf(name, 'segment.ms')).toBe('604800000')
    })

    it('refuses a setting that is named twice', async () => {
      const { name } = await getBench().topic()
      const twice = [set('retention.ms', '1000'), set('retention.ms', '2000')]
      expect(await change(name, twice)).toMatchObject({ errorCode: errorCode.INVALID_REQUEST })
    })

    it('does not know a topic that is not there', async () => {
      const name = getBench().name('missing')
      expect(await change(name, [set('retention.ms', '1')])).toMatchObject({
        errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION,
      })
    })

    it('refuses a topic that is named twice', async () => {
      const { name } = await getBench().topic()
      const twice = ['1000', '2000'].map((value) => ({
        resourceType: topicType,
        resourceName: name,
        configs: [set('retention.ms', value)],
      }))
      const { responses } = await (
        await getBench().client()
      ).send(incrementalAlterConfigs, 1, { resources: twice, validateOnly: false })
      const refused = { errorCode: errorCode.INVALID_REQUEST, resourceName: name }
      expect(responses).toMatchObject([refused, refused])
      expect(await valueOf(name, 'retention.ms')).toBe('604800000')
    })

    it.each([
      ['a kind of thing that Kafka does not know', 'x', 99, errorCode.INVALID_REQUEST],
      ['a name that no topic can have', 'no name', topicType, errorCode.INVALID_TOPIC_EXCEPTION],
      ['an empty name', '', topicType, errorCode.INVALID_REQUEST],
    ])('refuses %s', async (_, name, resourceType, code) => {
      expect(await change(name, [set('retention.ms', '1')], { resourceType })).toMatchObject({
        errorCode: code,
      })
    })

    it('changes nothing with validateOnly', async () => {
      const { name } = await getBench().topic()
      const only = { validateOnly: true }
      expect(await change(name, [set('retention.ms', '4321')], only)).toMatchObject({ errorCode: 0 })
      expect(await change(name, [set('retention.ms', 'long')], only)).toMatchObject({
        errorCode: errorCode.INVALID_CONFIG,
      })
      expect(await valueOf(name, 'retention.ms')).toBe('604800000')
    })

    it('takes effect on what is produced afterwards', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const batch = makeBatch(['x'.repeat(200)])
      expect(await produceTo(bench, topic, batch)).toMatchObject({ errorCode: 0 })
      await change(topic.name, [set('max.message.bytes', '100')])
      // A real broker tells of the change a moment before its logs follow.
      const refused = await until('a limit of 100 bytes', async () => {
        const answer = await produceTo(bench, topic, batch)
        return answer.errorCode === 0 ? undefined : answer
      })
      expect(refused.errorCode).toBe(errorCode.MESSAGE_TOO_LARGE)
    })
  })
}
