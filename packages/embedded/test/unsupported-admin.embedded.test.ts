import {
  alterConfigs,
  describeConfigs,
  describeTopicPartitions,
  errorCode,
  incrementalAlterConfigs,
  metadata,
  produce,
} from '@headwater/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { RawClient, makeBatch } from './raw-client.ts'

let kafka: EmbeddedKafka
let client: RawClient

beforeEach(async () => {
  kafka = await startKafka({ topics: { t: {} } })
  client = await RawClient.open(kafka.broker(1).port)
})
afterEach(async () => {
  client[Symbol.dispose]()
  await kafka.close()
})

const broker = { resourceType: 4, resourceName: '1' }

describe('UNSUPPORTED.md of administration', () => {
  it('DescribeConfigs shows of a broker what has an effect here, without synonyms and documentation', async () => {
    const { results } = await client.send(describeConfigs, 4, {
      resources: [{ ...broker, configurationKeys: null }],
      includeSynonyms: true,
      includeDocumentation: true,
    })
    const { configs } = results[0]!
    const names = configs.map(({ name }) => name)
    expect(names).toContain('min.insync.replicas')
    expect(names).not.toContain('log.segment.delete.delay.ms')
    expect(configs.filter(({ synonyms }) => synonyms.length > 0)).toEqual([])
    expect(configs.filter(({ documentation }) => (documentation ?? '') !== '')).toEqual([])
  })

  it('AlterConfigs and IncrementalAlterConfigs change topics only; for brokers they are INVALID_REQUEST', async () => {
    const all = await client.send(alterConfigs, 2, {
      resources: [{ ...broker, configs: [] }],
      validateOnly: false,
    })
    const configs = [{ name: 'message.max.bytes', configOperation: 0, value: '1' }]
    const one = await client.send(incrementalAlterConfigs, 1, {
      resources: [{ ...broker, configs }],
      validateOnly: false,
    })
    expect([all.responses[0]!.errorCode, one.responses[0]!.errorCode]).toEqual([
      errorCode.INVALID_REQUEST,
      errorCode.INVALID_REQUEST,
    ])
  })

  it('AlterConfigs that names a topic twice is INVALID_REQUEST for both', async () => {
    const change = (value: string) => ({
      resourceType: 2,
      resourceName: 't',
      configs: [{ name: 'retention.ms', value }],
    })
    const resources = [change('1000'), change('2000')]
    const { responses } = await client.send(alterConfigs, 2, { resources, validateOnly: false })
    expect(responses.map((answer) => answer.errorCode)).toEqual([
      errorCode.INVALID_REQUEST,
      errorCode.INVALID_REQUEST,
    ])
    const described = await client.send(describeConfigs, 4, {
      resources: [{ resourceType: 2, resourceName: 't', configurationKeys: ['retention.ms'] }],
    })
    expect(described.results[0]!.configs[0]!.value).toBe('604800000')
  })

  it('There are no quotas: `throttle_time_ms` is 0 unless a test throttles', async () => {
    const throttled = async (): Promise<number> => {
      const records = makeBatch(['x'.repeat(500_000)])
      const topicData = [{ name: 't', partitionData: [{ index: 0, records }] }]
      const request = { transactionalId: null, acks: -1, timeoutMs: 1000, topicData }
      return (await client.send(produce, 9, request)).throttleTimeMs
    }
    for (let n = 0; n < 5; n++) expect(await throttled()).toBe(0)
    expect((await client.send(metadata, 12, { topics: null })).throttleTimeMs).toBe(0)
    kafka.throttle({}, 40)
    expect(await throttled()).toBe(40)
  })

  it('DescribeTopicPartitions tells of all operations as allowed', async () => {
    const allowed = async (): Promise<number> =>
      (await client.send(describeTopicPartitions, 0, { topics: [{ name: 't' }] })).topics[0]!
        .topicAuthorizedOperations
    const everything = await allowed()
    // Bits by number of `AclOperation`: Read 3, Write 4, Create 5, Delete 6, Alter 7, Describe 8, the configs 10 and 11.
    expect(everything).toBe([3, 4, 5, 6, 7, 8, 10, 11].reduce((bits, bit) => bits | (1 << bit), 0))
    kafka.deny({ topic: 't', operations: ['Write'] })
    expect(await allowed()).toBe(everything)
  })
})
