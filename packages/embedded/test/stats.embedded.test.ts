import { fetch } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { makeBatch, produceTo, RawClient } from './raw-client.ts'

function read(client: RawClient, topic: string): Promise<unknown> {
  const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1_000_000, currentLeaderEpoch: -1 }]
  const asked = { maxWaitMs: 0, minBytes: 1, maxBytes: 1_000_000, topics: [{ topic, partitions }] }
  return client.send(fetch, 11, asked)
}

async function connect(kafka: EmbeddedKafka): Promise<RawClient> {
  return await RawClient.open(kafka.broker(1).port)
}

describe('EmbeddedKafka', () => {
  it('counts what clients append and fetch, and what they ask', async () => {
    await using kafka = await startKafka({ topics: { t: {} } })
    expect(kafka.stats()).toEqual({
      closed: false,
      brokersRunning: 1,
      connections: 0,
      connectionsOpened: 0,
      requests: {},
      recordsAppended: 0,
      bytesAppended: 0,
      recordsFetched: 0,
      bytesFetched: 0,
      faultsFired: 0,
    })
    using client = await connect(kafka)
    const batch = makeBatch(['a', 'b', 'c'], { producerId: 7n, producerEpoch: 0, baseSequence: 0 })
    await produceTo(client, 't', batch)
    // The same batch again: it stands in the log already.
    await produceTo(client, 't', batch)
    await read(client, 't')
    await read(client, 't')
    const { requests, ...stats } = kafka.stats()
    expect(requests).toMatchObject({ Produce: 2, Fetch: 2 })
    expect(stats).toMatchObject({
      connections: 1,
      connectionsOpened: 1,
      recordsAppended: 3,
      bytesAppended: batch.length,
      recordsFetched: 6,
      bytesFetched: 2 * batch.length,
    })
  })

  it('forgets nothing when brokers stop, faults are cleared, or all is closed', async () => {
    const kafka = await startKafka({ brokers: 2, topics: { t: { replicationFactor: 2 } } })
    using client = await connect(kafka)
    kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').once()
    await produceTo(client, 't', makeBatch(['a']))
    await produceTo(client, 't', makeBatch(['a']))
    kafka.faults.clear()
    await kafka.broker(1).stop()
    const open = { recordsAppended: 1, faultsFired: 1, connectionsOpened: 1, connections: 0 }
    expect(kafka.stats()).toMatchObject({ ...open, brokersRunning: 1, closed: false })
    await kafka.close()
    expect(kafka.stats()).toMatchObject({ ...open, brokersRunning: 0, closed: true })
  })
})
