import { readFile } from 'node:fs/promises'
import {
  alterConfigs,
  apiByKey,
  describeGroups,
  describeLogDirs,
  encodeRequestHeader,
  errorCode,
  findCoordinator,
  incrementalAlterConfigs,
  listGroups,
  listOffsets,
  offsetCommit,
} from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { startKafka } from '../src/index.ts'
import { RawClient, makeBatch, produceTo } from './raw-client.ts'

const text = await readFile(new URL('../UNSUPPORTED.md', import.meta.url), 'utf8')
const keys = Array.from(text.matchAll(/^\| (\d+) +\|/gmu), ([, key]) => Number(key))

describe('UNSUPPORTED.md', () => {
  it('names every request that the protocol package knows and this broker does not serve', async () => {
    const { handlerFor } = await import('../src/handlers/handler-table.ts')
    const known = Array.from({ length: 100 }, (_, key) => key).filter((key) => apiByKey(key) !== undefined)
    expect(keys).toEqual(known.filter((key) => handlerFor(key) === undefined))
  })

  it.each(keys)('is right that request %i is answered by closing the connection', async (key) => {
    await using kafka = await startKafka()
    using client = await RawClient.open(kafka.broker(1).port)
    const api = apiByKey(key)!
    const header = encodeRequestHeader(api, { apiVersion: api.versions[0], correlationId: 1, clientId: 'x' })
    expect(await client.exchange(Buffer.concat([header, Buffer.alloc(16)]))).toBeUndefined()
  })

  it('is right about access: one denied group refuses all of a request, and ListGroups shows it', async () => {
    await using kafka = await startKafka()
    using client = await RawClient.open(kafka.broker(1).port)
    for (const key of ['g', 'h']) await client.send(findCoordinator, 3, { key, keyType: 0 })
    await client.send(offsetCommit, 8, { groupId: 'g', memberId: '', topics: [] })
    kafka.deny({ group: 'g' })
    const described = await client.send(describeGroups, 5, { groups: ['g', 'h'] })
    expect(described.groups.map((group) => group.errorCode)).toEqual([
      errorCode.GROUP_AUTHORIZATION_FAILED,
      errorCode.GROUP_AUTHORIZATION_FAILED,
    ])
    expect((await client.send(listGroups, 5, {})).groups.map(({ groupId }) => groupId)).toEqual(['g'])
  })

  it('is right that null for records is refused, and a group without a name commits nothing', async () => {
    await using kafka = await startKafka({ topics: { t: {} } })
    using client = await RawClient.open(kafka.broker(1).port)
    expect(await produceTo(client, 't', null)).toMatchObject({ errorCode: errorCode.INVALID_RECORD })
    await client.send(findCoordinator, 3, { key: 'g', keyType: 0 })
    const partitions = [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }]
    const { topics } = await client.send(offsetCommit, 9, {
      groupId: '',
      memberId: '',
      topics: [{ name: 't', partitions }],
    })
    expect(topics[0]!.partitions).toMatchObject([{ errorCode: errorCode.INVALID_GROUP_ID }])
  })

  it('is right that settings of brokers cannot be changed', async () => {
    await using kafka = await startKafka()
    using client = await RawClient.open(kafka.broker(1).port)
    const broker = { resourceType: 4, resourceName: '1' }
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

  it('is right that the largest timestamp of deleted records is not found', async () => {
    await using kafka = await startKafka({ topics: { t: {} } })
    using client = await RawClient.open(kafka.broker(1).port)
    await produceTo(client, 't', makeBatch(['x']))
    const largest = async (): Promise<bigint> => {
      const topics = [{ name: 't', partitions: [{ partitionIndex: 0, timestamp: -3n }] }]
      return (await client.send(listOffsets, 8, { replicaId: -1, topics })).topics[0]!.partitions[0]!.offset
    }
    expect(await largest()).toBe(0n)
    kafka.partition('t', 0).setLogStart(1)
    expect(await largest()).toBe(-1n)
  })

  it('is right that batches stay as the producer compressed them', async () => {
    await using kafka = await startKafka({ topics: { t: { config: { 'compression.type': 'gzip' } } } })
    using client = await RawClient.open(kafka.broker(1).port)
    const batch = makeBatch(['x'.repeat(1000)])
    await produceTo(client, 't', batch)
    const { results } = await client.send(describeLogDirs, 4, { topics: null })
    expect(results[0]!.topics[0]!.partitions[0]!.partitionSize).toBe(BigInt(batch.length))
  })
})
