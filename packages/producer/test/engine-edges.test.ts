import { ManualClock } from '@headwater/base'
import { errorCode, initProducerId, metadata, produce } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { createProducer, type Producer, type ProducerTuning } from '../src/index.ts'
import { ModelCluster } from './model-links.ts'
import { until } from './producers.ts'

const record = { topic: 'orders', partition: 0, value: 'x' }

function calm(tuning: ProducerTuning = {}): { cluster: ModelCluster; producer: Producer } {
  const cluster = new ModelCluster(1, () => 0.5)
  cluster.stormy = false
  const producer = createProducer({ links: cluster, retryBackoffMs: 1, retryBackoffMaxMs: 20, ...tuning })
  return { cluster, producer }
}

describe('the engine', () => {
  it.each([
    ['Metadata', metadata],
    ['InitProducerId', initProducerId],
    ['Produce', produce],
  ])('tells at once that brokers do not know %s, and does not call them in a loop', async (_, api) => {
    // Without Produce the connection was given up and opened again as fast as it could be, until the delivery timeout.
    const { cluster, producer } = calm()
    cluster.unknownApis.add(api)
    const result = await producer.trySend(record)
    expect(result).toMatchObject({ status: 'not-sent', error: { code: 'CONNECTION_REFUSED' } })
    expect(cluster.opened).toBeLessThan(4)
    await producer.close()
    expect(producer.stats()).toMatchObject({ bufferedBytes: 0, pendingRecords: 0 })
  })

  it('takes an answer that leaves a partition out for no answer', async () => {
    const { cluster, producer } = calm()
    await producer.send(record)
    const { opened } = cluster
    cluster.omitsNext = true
    expect(await producer.send(record)).toMatchObject({ offset: 1n, attempts: 2 })
    // The connection that gave it is not used again.
    expect(cluster.opened).toBeGreaterThan(opened)
    expect(cluster.logs[0]!.values).toHaveLength(2)
    await producer.close()
  })

  it('leaves no gap in the numbers after a batch that was refused for good', async () => {
    const renewed: unknown[] = []
    const { cluster, producer } = calm({
      hooks: { onProducerIdRenewed: (event) => void renewed.push(event) },
    })
    await producer.send(record)
    cluster.refusals.push(errorCode.INVALID_RECORD)
    expect(await producer.trySend(record)).toMatchObject({ status: 'rejected' })
    expect(await producer.send(record)).toMatchObject({ offset: 1n, attempts: 1 })
    expect(renewed).toMatchObject([{ reason: 'INVALID_RECORD', producerEpoch: 1 }])
    await producer.close()
  })

  it('asks for the address of a leader that was named before any list of brokers named it', async () => {
    // The batch waited for a connection that nobody could open, until metadata was due minutes later.
    const { cluster, producer } = calm()
    cluster.brokerIds = [1]
    await producer.send(record)
    cluster.moveLeader(0)
    const sent = producer.send(record)
    await new Promise((resolve) => setTimeout(resolve, 30))
    cluster.brokerIds = [1, 2]
    expect(await sent).toMatchObject({ offset: 1n, attempts: 2 })
    await producer.close()
  })

  it('goes on over another connection before a session ends, once what is under way is answered', async () => {
    const clock = new ManualClock()
    const { cluster, producer } = calm({ clock })
    cluster.replaceAtMs = () => clock.monotonic() + 100
    await producer.send(record)
    const { opened } = cluster
    const { promise, resolve: release } = Promise.withResolvers<void>()
    cluster.gate = promise
    const first = producer.send(record)
    await until(() => cluster.produced === 2)
    clock.advance(100)
    const second = producer.send(record)
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    expect([cluster.opened, cluster.produced]).toEqual([opened, 2])
    release()
    expect(await Promise.all([first, second])).toMatchObject([{ attempts: 1 }, { attempts: 1 }])
    expect(cluster.opened).toBe(opened + 1)
    await producer.close()
  })

  it('leaves a broker alone for as long as it asks for', async () => {
    const throttles: unknown[] = []
    const { cluster, producer } = calm({ hooks: { onThrottle: (throttle) => void throttles.push(throttle) } })
    cluster.throttleMs = 80
    const startMs = performance.now()
    await producer.send(record)
    await producer.send(record)
    expect(performance.now() - startMs).toBeGreaterThan(70)
    expect(throttles).toEqual([
      { brokerId: 1, throttleMs: 80 },
      { brokerId: 1, throttleMs: 80 },
    ])
    await producer.close()
  })

  it('keeps a copy of a record that waits', async () => {
    const { cluster, producer } = calm()
    const value = Buffer.from('before')
    const sent = producer.send({ ...record, value })
    value.fill('x')
    await sent
    expect(cluster.logs[0]!.values).toEqual(['before'])
    await producer.close()
  })

  it('puts the batches of all partitions of a leader into one request', async () => {
    const cluster = new ModelCluster(8, () => 0.5)
    cluster.stormy = false
    const producer = createProducer({ links: cluster })
    await producer.sendMany(Array.from({ length: 80 }, (_, i) => ({ ...record, partition: i % 8 })))
    expect(cluster.produced).toBe(1)
    await producer.close()
  })

  it('takes 10,000 sends that share one signal, and all their aborts', async () => {
    const { producer } = calm()
    const controller = new AbortController()
    const sending = producer.sendMany(
      Array.from({ length: 10_000 }, () => record),
      { signal: controller.signal },
    )
    controller.abort()
    expect(new Set((await sending).map(({ status }) => status))).toEqual(new Set(['not-sent']))
    expect(producer.stats()).toMatchObject({
      bufferedBytes: 0,
      waitingBytes: 0,
      pendingRecords: 0,
      notSent: 10_000,
    })
    await producer.close()
  })

  it('ends ten thousand sends whose deadlines are all different without searching for each', async () => {
    // Each millisecond had its own deadline, and each deadline a search through everything that waited.
    const { cluster, producer } = calm()
    cluster.unknownApis.add(initProducerId)
    cluster.brokerIds = []
    const startMs = performance.now()
    const cpu = process.cpuUsage()
    const sending: Promise<{ status: string }>[] = []
    for (let i = 0; i < 10_000; i++) {
      sending.push(producer.trySend({ ...record, topic: 'missing' }, { deliveryTimeoutMs: 50 + i / 20 }))
    }
    expect(new Set((await Promise.all(sending)).map(({ status }) => status))).toEqual(new Set(['not-sent']))
    const spentMs = process.cpuUsage(cpu).user / 1000
    expect(spentMs).toBeLessThan((performance.now() - startMs) * 0.9)
    await producer.close()
  })
})
