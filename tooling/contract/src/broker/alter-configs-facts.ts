import { isDeepStrictEqual } from 'node:util'
import { alterConfigs, describeConfigs, errorCode } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { until, type BrokerBench } from './broker-bench.ts'

const topicType = 2
type Settings = Readonly<Record<string, string | null>>

/** The older way to change settings: what is not named goes back to its default. */
export function describeAlterConfigs(getBench: () => BrokerBench): void {
  const ask = async (
    resources: readonly { readonly name: string; readonly settings: Settings; readonly type?: number }[],
    { version = 2, validateOnly = false } = {},
  ) => {
    const { responses } = await (
      await getBench().client()
    ).send(alterConfigs, version, {
      resources: resources.map(({ name, settings, type = topicType }) => ({
        resourceType: type,
        resourceName: name,
        configs: Object.entries(settings).map(([setting, value]) => ({ name: setting, value })),
      })),
      validateOnly,
    })
    return responses
  }
  const change = async (name: string, settings: Settings, options = {}) =>
    (await ask([{ name, settings }], options))[0]!
  /** What was set on the topic itself. */
  const own = async (name: string): Promise<Settings> => {
    const { results } = await (
      await getBench().client()
    ).send(describeConfigs, 4, {
      resources: [{ resourceType: topicType, resourceName: name, configurationKeys: null }],
    })
    return Object.fromEntries(
      results[0]!.configs
        .filter(({ configSource }) => configSource === topicType - 1)
        .map((config) => [config.name, config.value]),
    )
  }
  const becomes = (name: string, wanted: Settings): Promise<true> =>
    until(`${JSON.stringify(wanted)} on ${name}`, async () =>
      isDeepStrictEqual(await own(name), wanted) ? true : undefined,
    )

  describe('AlterConfigs', () => {
    it.each([0, 1, 2])('replaces in v%i all that was set', async (version) => {
      const { name } = await getBench().topic({ config: { 'retention.ms': '5000', 'segment.ms': '6000' } })
      expect(await change(name, { 'segment.ms': '7000', 'flush.ms': '8000' }, { version })).toEqual({
        errorCode: 0,
        errorMessage: null,
        resourceType: topicType,
        resourceName: name,
      })
      await becomes(name, { 'segment.ms': '7000', 'flush.ms': '8000' })
      expect(await change(name, {}, { version })).toMatchObject({ errorCode: 0 })
      await becomes(name, {})
    })

    it('changes nothing with validateOnly', async () => {
      const { name } = await getBench().topic({ config: { 'retention.ms': '5000' } })
      const only = { validateOnly: true }
      expect(await change(name, { 'segment.ms': '7000' }, only)).toMatchObject({ errorCode: 0 })
      expect(await change(name, { 'segment.ms': 'long' }, only)).toMatchObject({
        errorCode: errorCode.INVALID_CONFIG,
      })
      expect(await own(name)).toEqual({ 'retention.ms': '5000' })
    })

    it.each([
      ['a setting that Kafka does not know', { 'no.such.setting': '1' }, errorCode.INVALID_CONFIG],
      ['a value that is not allowed', { 'cleanup.policy': 'shred' }, errorCode.INVALID_CONFIG],
      ['a word for a number', { 'retention.ms': 'long' }, errorCode.INVALID_CONFIG],
      ['no value', { 'retention.ms': null }, errorCode.INVALID_REQUEST],
    ])('refuses %s, and leaves all as it was', async (_, wrong, code) => {
      const { name } = await getBench().topic({ config: { 'flush.ms': '5000' } })
      expect(await change(name, { 'segment.ms': '99999', ...wrong })).toMatchObject({
        errorCode: code,
        resourceType: topicType,
        resourceName: name,
      })
      expect(await own(name)).toEqual({ 'flush.ms': '5000' })
    })

    it('changes the good topics of a request with a bad one', async () => {
      const { name } = await getBench().topic()
      const missing = getBench().name('missing')
      const settings = { 'retention.ms': '5000' }
      const answers = await ask([
        { name: missing, settings },
        { name, settings },
      ])
      expect(new Map(answers.map((answer) => [answer.resourceName, answer.errorCode]))).toEqual(
        new Map([
          [missing, errorCode.UNKNOWN_TOPIC_OR_PARTITION],
          [name, 0],
        ]),
      )
      await becomes(name, settings)
    })

    it.each([
      ['a name that no topic can have', 'no name', topicType, errorCode.INVALID_TOPIC_EXCEPTION],
      ['an empty name', '', topicType, errorCode.INVALID_REQUEST],
      ['a kind of thing that Kafka does not know', 'x', 99, errorCode.INVALID_REQUEST],
      ['a broker that has a word for a number', 'one', 4, errorCode.INVALID_REQUEST],
    ])('refuses %s', async (_, name, type, code) => {
      const answers = await ask([{ name, settings: { 'retention.ms': '1000' }, type }])
      expect(answers).toMatchObject([{ errorCode: code, resourceType: type, resourceName: name }])
    })
  })
}
