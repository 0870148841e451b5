import { ManualClock } from '@headwater/base'
import {
  alterPartitionReassignments,
  encodeRequestHeader,
  errorCode,
  fetch,
  listPartitionReassignments,
  metadata,
  saslAuthenticate,
  saslHandshake,
  type ResponseOf,
} from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { startKafka, type SaslOptions } from '../src/index.ts'
import { RawClient, makeBatch, produceTo } from './raw-client.ts'

const noTopicId = '00000000-0000-0000-0000-000000000000'

async function described(client: RawClient, topic: string = 't'): Promise<ResponseOf<typeof metadata>> {
  return client.send(metadata, 12, { topics: [{ name: topic, topicId: noTopicId }] })
}

async function leaderOf(client: RawClient): Promise<number> {
  return (await described(client)).topics[0]!.partitions[0]!.leaderId
}

const sasl: SaslOptions = { mechanisms: ['PLAIN', 'SCRAM-SHA-256'], users: { ada: 'secret' } }

describe('UNSUPPORTED.md of the cluster', () => {
  it('A request with more than 1,000,000 elements in its lists closes the connection', async () => {
    await using kafka = await startKafka()
    using client = await RawClient.open(kafka.broker(1).port)
    const header = encodeRequestHeader(metadata, { apiVersion: 1, correlationId: 0, clientId: 'raw' })
    const emptyNames = Buffer.alloc(4 + 2 * 1_000_001)
    emptyNames.writeInt32BE(1_000_001)
    expect(await client.exchange(Buffer.concat([header, emptyNames]))).toBeUndefined()
    using other = await RawClient.open(kafka.broker(1).port)
    expect((await other.send(metadata, 1, { topics: [] })).brokers).toHaveLength(1)
  })

  it('All brokers have one listener each, with the same `sasl` and `tls` options or with none', async () => {
    await using kafka = await startKafka({ brokers: 2, sasl })
    for (const id of [1, 2]) {
      using stranger = await RawClient.open(kafka.broker(id).port)
      expect(await stranger.trySend(metadata, 12, { topics: [] })).toBeUndefined()
      using client = await RawClient.open(kafka.broker(id).port)
      const { mechanisms } = await client.send(saslHandshake, 1, { mechanism: 'PLAIN' })
      expect(mechanisms).toEqual(['PLAIN', 'SCRAM-SHA-256'])
      await client.send(saslAuthenticate, 2, { authBytes: Buffer.from('\0ada\0secret') })
      const { brokers } = await client.send(metadata, 12, { topics: [] })
      expect(brokers.map(({ port }) => port)).toEqual([kafka.broker(1).port, kafka.broker(2).port])
    }
  })

  it('SASL: there is no GSSAPI', async () => {
    await using kafka = await startKafka({ sasl })
    using client = await RawClient.open(kafka.broker(1).port)
    const answer = await client.send(saslHandshake, 1, { mechanism: 'GSSAPI' })
    expect(answer.errorCode).toBe(errorCode.UNSUPPORTED_SASL_MECHANISM)
    expect(answer.mechanisms).not.toContain('GSSAPI')
  })

  it('SASL: a client that changes the mechanism when it authenticates anew', async () => {
    const clock = new ManualClock(Date.now())
    const config = { 'connection.failed.authentication.delay.ms': 0 }
    await using kafka = await startKafka({ clock, config, sasl })
    using client = await RawClient.open(kafka.broker(1).port)
    expect((await client.send(saslHandshake, 1, { mechanism: 'PLAIN' })).errorCode).toBe(0)
    const told = await client.send(saslAuthenticate, 2, { authBytes: Buffer.from('\0ada\0secret') })
    expect(told.errorCode).toBe(0)
    clock.advance(2000)
    const answer = client.send(saslHandshake, 1, { mechanism: 'SCRAM-SHA-256' })
    await expect.poll(() => clock.pendingTimers, { interval: 2 }).toBe(1)
    clock.advance(0)
    const again = await answer
    expect(again.errorCode).toBe(errorCode.UNSUPPORTED_SASL_MECHANISM)
    expect(again.mechanisms).toContain('SCRAM-SHA-256')
  })

  it('Replication is instant: the high watermark is the end of the log', async () => {
    const clock = new ManualClock(Date.now())
    await using kafka = await startKafka({ clock, brokers: 3, topics: { t: {} } })
    using client = await RawClient.open(kafka.broker(1).port)
    const inSync = async (): Promise<readonly number[]> =>
      (await described(client)).topics[0]!.partitions[0]!.isrNodes
    for (const follower of [2, 3]) kafka.broker(follower).freeze()
    expect((await produceTo(client, 't', makeBatch(['x']))).errorCode).toBe(0)
    const topics = [{ topic: 't', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }] }]
    const answer = await client.send(fetch, 11, { maxWaitMs: 0, minBytes: 0, maxBytes: 1000, topics })
    expect(answer.responses[0]!.partitions).toMatchObject([{ highWatermark: 1n }])
    clock.advance(3_600_000)
    expect(await inSync()).toEqual([1, 2, 3])
    kafka.partition('t', 0).shrinkIsr([1, 3])
    expect(await inSync()).toEqual([1, 3])
    await kafka.broker(3).stop()
    expect(await inSync()).toEqual([1])
  })

  it('A frozen broker keeps its leadership; move it with `moveLeader`', async () => {
    const clock = new ManualClock(Date.now())
    await using kafka = await startKafka({ clock, brokers: 2, topics: { t: {} } })
    using client = await RawClient.open(kafka.broker(2).port)
    kafka.broker(1).freeze()
    clock.advance(3_600_000)
    expect(await leaderOf(client)).toBe(1)
    kafka.partition('t', 0).moveLeader(2)
    expect(await leaderOf(client)).toBe(2)
  })

  it('Unclean leader election never happens', async () => {
    const config = { 'unclean.leader.election.enable': 'true' }
    const clock = new ManualClock(Date.now())
    await using kafka = await startKafka({ clock, brokers: 2, topics: { t: { config } } })
    using client = await RawClient.open(kafka.broker(2).port)
    kafka.partition('t', 0).shrinkIsr([1])
    await kafka.broker(1).stop()
    clock.advance(3_600_000)
    expect((await described(client)).topics[0]!.partitions).toMatchObject([
      { errorCode: errorCode.LEADER_NOT_AVAILABLE, leaderId: -1 },
    ])
  })

  it('Metadata names the first living broker as controller, or the one that `moveController` named', async () => {
    await using kafka = await startKafka({ brokers: 3 })
    const controllers = async (...ids: number[]): Promise<number[]> => {
      const found: number[] = []
      for (const id of ids) {
        using client = await RawClient.open(kafka.broker(id).port)
        found.push((await client.send(metadata, 12, { topics: [] })).controllerId)
      }
      return found
    }
    expect(await controllers(1, 2, 3)).toEqual([1, 1, 1])
    await kafka.broker(1).stop()
    expect(await controllers(2, 3)).toEqual([2, 2])
    kafka.moveController(3)
    expect(await controllers(2, 3)).toEqual([3, 3])
  })

  it('The first partition of a topic is led by the first broker', async () => {
    await using kafka = await startKafka({ brokers: 3 })
    using client = await RawClient.open(kafka.broker(1).port)
    for (const topic of ['a', 'b', 'c', 'd', 'e']) {
      kafka.createTopic(topic, { partitions: 3 })
      const { partitions } = (await described(client, topic)).topics[0]!
      expect(partitions.map(({ leaderId }) => leaderId)).toEqual([1, 2, 3])
    }
  })

  it('A topic that is created automatically is there in the first answer', async () => {
    await using kafka = await startKafka({ autoCreateTopics: true })
    using client = await RawClient.open(kafka.broker(1).port)
    expect((await described(client, 'new')).topics).toMatchObject([
      { errorCode: 0, name: 'new', partitions: [{ errorCode: 0, leaderId: 1 }] },
    ])
  })

  it('A reassignment of partitions is over when it is answered', async () => {
    await using kafka = await startKafka({ brokers: 2, topics: { t: { replicationFactor: 1 } } })
    using client = await RawClient.open(kafka.broker(1).port)
    const reassign = async (replicas: number[] | null): Promise<number> => {
      const topics = [{ name: 't', partitions: [{ partitionIndex: 0, replicas }] }]
      const answer = await client.send(alterPartitionReassignments, 0, { topics })
      return answer.responses[0]!.partitions[0]!.errorCode
    }
    expect(await reassign([2])).toBe(0)
    expect((await client.send(listPartitionReassignments, 0, { topics: null })).topics).toEqual([])
    expect(await leaderOf(client)).toBe(2)
    expect(await reassign(null)).toBe(errorCode.NO_REASSIGNMENT_IN_PROGRESS)
  })
})
