import { silentLogger, systemClock, type Logger } from '@headwater/base'
import { errorCode } from '@headwater/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { createProducer, type Producer, type ProducerHooks, type ProducerTuning } from '../src/index.ts'
import { ModelCluster } from './model-links.ts'

const record = { topic: 'orders', partition: 0, value: 'x' }
const fails = (): never => {
  throw new Error('mine')
}
const rejects = (async () => fails()) as () => never
/** A promise of another library. */
const rejectsLater = (() => ({
  // oxlint-disable-next-line unicorn/no-thenable -- this is what it is about
  then: (_: unknown, reject: (error: Error) => void) => reject(new Error('mine')),
})) as unknown as () => never

/** Every callback of the producer that is called while records are on their way. */
const callbacks: Readonly<Record<string, (callback: () => never) => ProducerTuning>> = {
  logger: (callback) => {
    const logger: Logger = { debug: callback, info: callback, warn: callback, error: callback }
    // A hook that fails is logged; so the two meet.
    return { logger, hooks: { onSettled: fails } }
  },
  ...Object.fromEntries(
    (['onSend', 'onSettled', 'onBatchSent', 'onRetry', 'onProducerIdRenewed', 'onStateChange'] as const).map(
      (name): [string, (callback: () => never) => ProducerTuning] => [
        name,
        (callback) => ({ hooks: { [name]: callback } as ProducerHooks }),
      ],
    ),
  ),
  'SendTrace.settled': (callback) => ({ hooks: { onSend: () => ({ settled: callback }) } }),
  partitioner: (partitioner) => ({ partitioner }),
  'onRejected.topic': (topic) => ({ onRejected: { topic } }),
}

describe('callbacks that fail', () => {
  const unhandled: unknown[] = []
  const onUnhandled = (error: unknown): unknown => unhandled.push(error)
  let producer: Producer
  afterEach(() => {
    unhandled.length = 0
    return producer.close({ timeoutMs: 1000 })
  })

  const producerOn = (cluster: ModelCluster, tuning: ProducerTuning): Producer => {
    cluster.stormy = false
    return (producer = createProducer({ links: cluster, retryBackoffMs: 1, retryBackoffMaxMs: 5, ...tuning }))
  }

  it.each(
    Object.entries(callbacks).flatMap(([name, tuning]) =>
      Object.entries({ throws: fails, rejects, 'gives a thenable that rejects': rejectsLater }).map(
        ([how, callback]) => [name, how, tuning(callback)] as const,
      ),
    ),
  )('%s that %s breaks no delivery', async (name, _, tuning) => {
    const cluster = new ModelCluster(1, () => 0.5)
    producerOn(cluster, tuning)
    // What vitest would make of them, Node makes an end of the process.
    const others = process.rawListeners('unhandledRejection') as (() => void)[]
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', onUnhandled)
    try {
      expect((await producer.trySend(record)).status).toBe('delivered')
      cluster.refusals.push(errorCode.NOT_ENOUGH_REPLICAS)
      expect((await producer.trySend(record)).status).toBe('delivered')
      cluster.refusals.push(errorCode.INVALID_RECORD)
      expect((await producer.trySend(record)).status).toBe('rejected')
      const free = await producer.trySend({ topic: 'orders', value: 'x' })
      expect(free.status).toBe(name === 'partitioner' ? 'rejected' : 'delivered')
      await producer.flush({ timeoutMs: 1000 })
      await new Promise((resolve) => setImmediate(resolve))
    } finally {
      process.removeAllListeners('unhandledRejection')
      for (const other of others) process.on('unhandledRejection', other)
    }
    expect(unhandled).toEqual([])
    expect(producer.stats()).toMatchObject({ pendingRecords: 0, bufferedBytes: 0 })
    expect(cluster.logs[0]!.values).toHaveLength(name === 'partitioner' ? 2 : 3)
  })

  it('warns once of a logger that fails', async () => {
    const warnings: string[] = []
    const onWarning = ({ message }: Error): unknown => warnings.push(message)
    process.on('warning', onWarning)
    try {
      const cluster = new ModelCluster(1, () => 0.5)
      producerOn(cluster, { logger: { ...silentLogger, warn: fails } })
      cluster.refusals.push(errorCode.INVALID_RECORD, errorCode.INVALID_RECORD)
      await producer.trySend(record)
      await producer.trySend(record)
      await new Promise((resolve) => setImmediate(resolve))
    } finally {
      process.off('warning', onWarning)
    }
    expect(warnings).toEqual([expect.stringMatching(/^the producer's logger failed, .*: mine$/)])
  })

  it('gives records whole milliseconds, though a clock tells fractions', async () => {
    // The encoder threw out of the engine, which ended the process, and the record never ended.
    const cluster = new ModelCluster(1, () => 0.5)
    producerOn(cluster, { clock: { ...systemClock, now: () => 1_700_000_000_000.5 } })
    expect(await producer.send(record)).toMatchObject({ timestamp: 1_700_000_000_000 })
  })

  it('rejects records whose clock tells no time', async () => {
    producerOn(new ModelCluster(1, () => 0.5), { clock: { ...systemClock, now: () => Number.NaN } })
    const result = await producer.trySend(record)
    expect(result).toMatchObject({ status: 'rejected', error: { code: 'INVALID_RECORD_INPUT' } })
  })
})
