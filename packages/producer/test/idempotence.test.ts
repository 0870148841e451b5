import { ManualClock } from '@headwater/base'
import { errorCode } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { nextEpoch } from '../src/engine/producer-identity.ts'
import {
  createProducer,
  type Producer,
  type ProducerIdRenewed,
  type ProducerTuning,
  type SendResult,
} from '../src/index.ts'
import { ModelCluster } from './model-links.ts'
import { until } from './producers.ts'

interface Bench {
  readonly cluster: ModelCluster
  readonly producer: Producer
  readonly renewed: readonly ProducerIdRenewed[]
  /** Sends each value in a batch of its own. */
  readonly send: (values: readonly string[]) => Promise<SendResult[]>
}

function bench(tuning: ProducerTuning = {}): Bench {
  const cluster = new ModelCluster(1, () => 0.5)
  cluster.stormy = false
  const renewed: ProducerIdRenewed[] = []
  const producer = createProducer({
    links: cluster,
    batchSize: 0,
    retryBackoffMs: 1,
    retryBackoffMaxMs: 20,
    hooks: { onProducerIdRenewed: (event) => void renewed.push(event) },
    ...tuning,
  })
  const send = (values: readonly string[]): Promise<SendResult[]> =>
    producer.sendMany(values.map((value) => ({ topic: 'orders', partition: 0, value })))
  return { cluster, producer, renewed, send }
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => String(from + i))
const statuses = (results: readonly SendResult[]): Set<string> => new Set(results.map(({ status }) => status))

describe('nextEpoch', () => {
  it('knows the last epoch', () => {
    expect(nextEpoch({ producerId: 7n, producerEpoch: 32766 })).toEqual({
      producerId: 7n,
      producerEpoch: 32767,
    })
    expect(nextEpoch({ producerId: 7n, producerEpoch: 32767 })).toBeUndefined()
  })
})

describe('idempotence without end', () => {
  it('goes on under another producer id when the epochs of one are used up', async () => {
    const { cluster, producer, renewed, send } = bench()
    cluster.firstEpoch = 32766
    await send(numbers(0, 3))
    for (const value of ['3', '4', '5']) {
      cluster.refusals.push(errorCode.INVALID_RECORD)
      expect(statuses(await send(['refused']))).toEqual(new Set(['rejected']))
      expect(await send([value])).toMatchObject([{ status: 'delivered', receipt: { attempts: 1 } }])
    }
    expect(renewed.map(({ producerId, producerEpoch }) => [producerId, producerEpoch])).toEqual([
      [1n, 32767],
      [2n, 32766],
      [2n, 32767],
    ])
    expect(cluster.logs[0]!.values).toEqual(numbers(0, 6))
    await producer.close()
  })

  it('keeps the order when the log has forgotten a producer that was silent for long', async () => {
    // The log took the second batch, of whatever sequence, and the first, refused for now, could only follow behind it.
    const clock = new ManualClock()
    const { cluster, producer, renewed, send } = bench({ clock })
    await send(['0'])
    await send(numbers(1, 10))
    clock.advance(60_000)
    cluster.logs[0]!.forgetProducers()
    cluster.refusals.push(errorCode.NOT_ENOUGH_REPLICAS)
    const sent = send(numbers(10, 20))
    await until(() => {
      clock.advance(1)
      return producer.stats().pendingRecords === 0
    })
    expect(statuses(await sent)).toEqual(new Set(['delivered']))
    expect(cluster.logs[0]!.values).toEqual(numbers(0, 20))
    expect(renewed).toEqual([])
    await producer.close()
  })

  it('goes on under the next epoch, in order, when an unclean election has cut the log', async () => {
    const { cluster, producer, renewed, send } = bench()
    for (const value of numbers(0, 10)) await send([value])
    cluster.logs[0]!.truncate(6)
    cluster.moveLeader(0)
    expect(statuses(await send(numbers(10, 30)))).toEqual(new Set(['delivered']))
    expect(cluster.logs[0]!.values).toEqual([...numbers(0, 6), ...numbers(10, 30)])
    expect(renewed).toMatchObject([{ reason: 'OUT_OF_ORDER_SEQUENCE_NUMBER', producerEpoch: 1 }])
    await producer.close()
  })

  it('says unknown of what was never answered when an unclean election has cut the log', async () => {
    // Nobody can say whether the first write is in the log; under another number a second would be no double of it.
    const { cluster, producer, send } = bench()
    for (const value of numbers(0, 10)) await send([value])
    cluster.logs[0]!.truncate(6)
    cluster.cutNext = 'sent'
    expect(await send(['uncertain', '10'])).toMatchObject([
      { status: 'unknown', error: { code: 'OUT_OF_ORDER_SEQUENCE_NUMBER' } },
      { status: 'delivered' },
    ])
    expect(cluster.logs[0]!.values).toEqual([...numbers(0, 6), '10'])
    await producer.close()
  })

  it('does not follow a broker that still names the leader of before', async () => {
    const { cluster, producer, send } = bench({ metadataMaxAgeMs: 2 })
    await send(['0'])
    cluster.moveLeader(0)
    // To the new leader, whether its name came with metadata or with a refusal.
    expect(await send(['1'])).toMatchObject([{ status: 'delivered' }])
    cluster.lagging = true
    const { asked } = cluster
    await until(() => cluster.asked > asked + 3)
    // With a deadline: a producer that did follow it could be sent to and fro for ever.
    const last = { topic: 'orders', partition: 0, value: '2' }
    expect(await producer.trySend(last, { deliveryTimeoutMs: 1000 })).toMatchObject({
      receipt: { attempts: 1 },
    })
    await producer.close()
  })
})
