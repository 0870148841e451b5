import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@headwater/base'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BatchRetry, BatchSent, ProducerHooks, Settled, TransactionEnd } from '../src/index.ts'
import { expectEndsTold, KeptTrace, keepTraces } from './kept-traces.ts'
import { producersUnderTest, until } from './producers.ts'

const strict = { config: { 'max.message.bytes': '300' } }
const namesOf = ({ headers }: { readonly headers: readonly (readonly [string, ...unknown[]])[] }): string[] =>
  headers.map(([name]) => name)

describe('SendTrace', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({ brokers: 2, topics: { orders: {}, strict, dead: {} } })
  })
  afterEach(() => kafka.close())

  it('adds its headers behind those of the record and of earlier observers', async () => {
    const { hooks } = keepTraces([['traceparent', '00-1-2-01']])
    const producer = producerFor(kafka, { hooks: [{ onSend: () => [['first', '1']] }, hooks] })
    await producer.send({ topic: 'orders', value: 'x', headers: { own: 'h' } })
    expect((await kafka.records('orders')).map(namesOf)).toEqual([['own', 'first', 'traceparent']])
  })

  it('adds no header that an earlier observer has added: a record has one context', async () => {
    const producer = producerFor(kafka, {
      hooks: ['00-1-2-01', '00-3-4-01'].map((context) => ({
        onSend: () => [
          ['traceparent', context],
          ['hop', context],
          ['hop', 'again'],
        ],
      })),
    })
    await producer.send({ topic: 'orders', value: 'x' })
    const headers = (await kafka.records('orders')).map((record) => record.headers.map(String))
    expect(headers).toEqual([['traceparent,00-1-2-01', 'hop,00-1-2-01', 'hop,again']])
  })

  it('hears of the end though nobody has onSettled, whatever the end is', async () => {
    const { traces, hooks } = keepTraces()
    const producer = producerFor(kafka, { hooks, maxRequestSize: 500 })
    await producer.send({ topic: 'orders', value: 'x' })
    await producer.trySend({ topic: 'orders', value: 'x'.repeat(1000) })
    await producer.trySend({ topic: 'strict', value: 'x'.repeat(400) })
    await producer.trySend(7 as never)
    await producer.trySend({ topic: 'orders', value: 'x' }, { signal: AbortSignal.abort() })
    const ends = traces.map(({ told: [end] }) => (end?.status === 'failed' ? end.error.code : end?.status))
    expect(ends).toEqual([
      'delivered',
      'RECORD_TOO_LARGE',
      'MESSAGE_TOO_LARGE',
      'INVALID_RECORD_INPUT',
      'ABORTED',
    ])
    expectEndsTold(traces)
    expect(traces[2]!.told[0]).toMatchObject({ record: { value: Buffer.from('x'.repeat(400)) } })
  })

  it('hears of a late fate, as late', async () => {
    const { traces, hooks } = keepTraces()
    const producer = producerFor(kafka, { hooks })
    await producer.send({ topic: 'orders', value: 'warm' })
    const gate = kafka.faults.on('Produce').holdBeforeReply()
    const aborted = new AbortController()
    const sending = producer.trySend({ topic: 'orders', value: 'x' }, { signal: aborted.signal })
    await gate.reached
    aborted.abort()
    expect(await sending).toMatchObject({ status: 'unknown' })
    gate.release()
    const { told } = traces[1]!
    await until(() => told.length === 2)
    expect(told).toMatchObject([
      { status: 'failed', error: { code: 'ABORTED' }, late: false },
      { status: 'delivered', late: true },
    ])
  })

  it('is kept for each observer that gives one, and comes back as it was given', async () => {
    const [one, other] = [keepTraces(), keepTraces()]
    const sent: BatchSent[] = []
    const hooks = [one.hooks, { onBatchSent: (batch: BatchSent) => void sent.push(batch) }, other.hooks]
    const producer = producerFor(kafka, { hooks })
    await producer.sendMany(['a', 'b'].map((value) => ({ topic: 'orders', value })))
    const given = [one.traces[0], other.traces[0], one.traces[1], other.traces[1]]
    expect(sent.flatMap(({ traces }) => traces)).toEqual(given)
    const listening = kafka.bootstrapServers.split(',')
    for (const { brokerId, brokerAddress } of sent)
      expect(`${brokerAddress?.host}:${brokerAddress?.port}`).toBe(listening[brokerId - 1])
    expect(sent.flatMap(({ traces }) => traces).every((trace, i) => trace === given[i])).toBe(true)
    expectEndsTold([...one.traces, ...other.traces])
  })

  it('costs batches nothing when there is none: they share one empty list', async () => {
    const lists = new Set<BatchSent['traces']>()
    const hooks = { onSend: () => undefined, onBatchSent: (batch: BatchSent) => void lists.add(batch.traces) }
    const producer = producerFor(kafka, { hooks })
    for (const value of ['a', 'b', 'c']) await producer.send({ topic: 'orders', value })
    expect([...lists]).toEqual([[]])
  })

  it('comes back with every attempt of its batch, which says whom it went to and how often', async () => {
    const { traces, hooks } = keepTraces()
    const retries: BatchRetry[] = []
    const sent: BatchSent[] = []
    const producer = producerFor(kafka, {
      hooks: [hooks, { onRetry: (one) => void retries.push(one), onBatchSent: (one) => void sent.push(one) }],
    })
    await producer.send({ topic: 'orders', value: 'warm' })
    kafka.faults.on('Produce').script(['loseResponse', { reply: 'NOT_ENOUGH_REPLICAS' }])
    await producer.send({ topic: 'orders', value: 'x' })
    const { brokerId } = sent[0]!
    expect(retries).toMatchObject([
      { attempts: 1, brokerId, records: 1 },
      { attempts: 2, reason: 'NOT_ENOUGH_REPLICAS', brokerId },
    ])
    expect(sent.at(-1)).toMatchObject({ attempts: 3, brokerId, records: 1 })
    for (const { traces: kept } of [...retries, sent.at(-1)!]) expect(kept[0]).toBe(traces[1])
    for (const { requestMs } of retries) expect(requestMs).toBeGreaterThanOrEqual(0)
  })

  it('goes with its half when a batch is split', async () => {
    const { traces, hooks } = keepTraces()
    const [sent, retries]: [BatchSent[], BatchRetry[]] = [[], []]
    const producer = producerFor(kafka, {
      hooks: [hooks, { onRetry: (one) => void retries.push(one), onBatchSent: (one) => void sent.push(one) }],
    })
    await producer.ready()
    const values = ['a', 'b', 'c', 'd'].map((value) => value.repeat(90))
    await producer.sendMany(values.map((value) => ({ topic: 'strict', value })))
    expect(retries[0]!.traces).toEqual(traces)
    expect(sent.length).toBeGreaterThan(1)
    expect(sent.map(({ traces: kept }) => kept.length)).toEqual(sent.map(({ records }) => records))
    expect(sent.flatMap(({ traces: kept }) => kept).every((trace, i) => trace === traces[i])).toBe(true)
    expectEndsTold(traces)
  })

  it('may throw, or be none: the sends go on, and each fault is logged once', async () => {
    const lines: { hook: string }[] = []
    const broken: ProducerHooks = {
      onSend: () => ({
        headers: [['n', 5 as never]],
        settled: () => {
          throw new Error('trace')
        },
      }),
    }
    const { traces, hooks } = keepTraces()
    const producer = producerFor(kafka, {
      hooks: [broken, { onSend: () => 5 as never }, hooks],
      logger: { ...silentLogger, error: (fields) => void lines.push(fields as { hook: string }) },
    })
    await producer.send({ topic: 'orders', value: 'x' })
    await producer.send({ topic: 'orders', value: 'y' })
    expect((await kafka.records('orders')).map(({ headers }) => headers)).toEqual([[], []])
    expect(lines.map(({ hook }) => hook)).toEqual(['onSend', 'SendTrace.settled'])
    expectEndsTold(traces)
  })

  it('of a dead letter may be a promise that fails: it is logged, and ends no process', async () => {
    const logged: unknown[] = []
    const producer = producerFor(kafka, {
      onRejected: { topic: 'dead' },
      hooks: {
        onSend: ({ topic }) =>
          (topic === 'dead' ? Promise.reject(new Error('asynchronous')) : undefined) as never,
      },
      logger: { ...silentLogger, error: (fields) => void logged.push(fields['hook']) },
    })
    const result = await producer.trySend({ topic: 'strict', value: 'x'.repeat(400) })
    expect(result).toMatchObject({ status: 'dead-lettered' })
    expect(logged).toEqual(['onSend'])
  })

  it('of a dead letter is one of its own; the letter keeps the headers of its record', async () => {
    const { traces, hooks } = keepTraces([['traceparent', '00-1-2-01']])
    const settled: Settled[] = []
    const sent: string[] = []
    const producer = producerFor(kafka, {
      onRejected: { topic: 'dead' },
      hooks: [
        hooks,
        { onSettled: (one) => void settled.push(one), onBatchSent: ({ topic }) => void sent.push(topic) },
      ],
    })
    await producer.trySend({ topic: 'strict', value: 'x'.repeat(400), headers: { own: 'h' } })
    expect(traces.map(({ record }) => record.topic)).toEqual(['strict', 'dead'])
    expect(traces[1]!.record.headers).toEqual(
      expect.arrayContaining([['traceparent', Buffer.from('00-1-2-01')]]) as never,
    )
    expect(traces.map(({ told: [end] }) => end)).toMatchObject([
      { status: 'failed', error: { outcome: 'dead-lettered' } },
      { status: 'delivered', receipt: { topic: 'dead' } },
    ])
    expectEndsTold(traces)
    // One record, one end: the letter is not counted as another.
    expect(settled).toMatchObject([{ status: 'failed', error: { outcome: 'dead-lettered' } }])
    expect(sent).toEqual([])
    const [letter] = await kafka.records('dead')
    expect(namesOf(letter!).filter((name) => name === 'traceparent')).toEqual(['traceparent'])
  })

  it('begins anew when a record leaves the spool, which keeps the headers that it had', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'headwater-traces-'))
    try {
      const replayed: KeptTrace[] = []
      const { traces, hooks } = keepTraces([['traceparent', '00-1-2-01']])
      const onReplay: ProducerHooks['onReplay'] = (record) => {
        const trace = new KeptTrace(record, [['traceparent', '00-3-4-01']])
        replayed.push(trace)
        return trace
      }
      const producer = producerFor(kafka, {
        onUnavailable: { folder, afterMs: 50 },
        hooks: { onSend: hooks.onSend!.bind(hooks), onReplay },
      })
      // On a busy computer a first send may take longer than `afterMs`; then it is spooled, too.
      while ((await producer.send({ topic: 'orders', value: 'warm' })).kind === 'spool')
        await until(() => producer.stats().spoolRecords === 0)
      const warmed = { sends: traces.length, replays: replayed.length }
      await Promise.all([1, 2].map((id) => kafka.broker(id).stop()))
      await until(() => producer.stats().connections === 0)
      expect(await producer.trySend({ topic: 'orders', value: 'x' })).toMatchObject({ status: 'spooled' })
      await Promise.all([1, 2].map((id) => kafka.broker(id).start()))
      await until(() => producer.stats().spoolRecords === 0)
      expect(traces.slice(warmed.sends).map(({ told }) => told.map(({ status }) => status))).toEqual([
        ['spooled'],
      ])
      // It may have been given back on the way, and was sent again then.
      expect(replayed.at(-1)!.told).toMatchObject([{ status: 'delivered', late: false }])
      expectEndsTold([...traces, ...replayed])
      expect(replayed[warmed.replays]!.record).toMatchObject({
        topic: 'orders',
        headers: [['traceparent', Buffer.from('00-1-2-01')]],
      })
      const headers = (await kafka.records('orders')).map((record) => record.headers.map(String))
      expect(new Set(headers.map(String))).toEqual(new Set(['traceparent,00-1-2-01']))
      await producer.close()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('onTransaction', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({ topics: { orders: {} } })
  })
  afterEach(() => kafka.close())

  it('tells how each transaction ended for its caller', async () => {
    const ends: TransactionEnd[] = []
    const hooks = { onTransaction: (end: TransactionEnd) => void ends.push(end) }
    const producer = producerFor(kafka, { transactionalId: 't', hooks, maxBlockMs: 1000 })
    const send = (count: number, then?: () => never): Promise<unknown> =>
      producer.transaction(async (tx) => {
        await Promise.all(Array.from({ length: count }, () => tx.send({ topic: 'orders', value: 'x' })))
        then?.()
      })
    await producer.ready({ timeoutMs: 60_000 })
    await send(2)
    const own = new Error('own')
    await expect(
      send(1, () => {
        throw own
      }),
    ).rejects.toBe(own)
    kafka.faults.on('EndTxn').loseResponse().always()
    await expect(send(3)).rejects.toMatchObject({ code: 'TRANSACTION_UNKNOWN' })
    kafka.faults.clear()
    await send(0)
    expect(ends).toMatchObject([
      { result: 'committed', records: 2, error: undefined },
      { result: 'aborted', records: 1, error: own },
      { result: 'unknown', records: 3, error: { code: 'TRANSACTION_UNKNOWN' } },
      { result: 'committed', records: 0 },
    ])
    for (const { durationMs } of ends) expect(durationMs).toBeGreaterThanOrEqual(0)
  })

  it('tells of one that could not be begun, and not of a call whose turn never came', async () => {
    const ends: TransactionEnd[] = []
    const hooks = { onTransaction: (end: TransactionEnd) => void ends.push(end) }
    const producer = producerFor(kafka, { transactionalId: 't', hooks })
    const code = 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'
    kafka.faults.on('InitProducerId').reply(code).once()
    await expect(producer.transaction(async () => undefined)).rejects.toMatchObject({ code })
    expect(ends).toMatchObject([{ result: 'aborted', records: 0, error: { code } }])
    const held = Promise.withResolvers<void>()
    const first = producer.transaction(() => held.promise)
    const aborted = new AbortController()
    const second = producer.transaction(async () => undefined, { signal: aborted.signal })
    aborted.abort()
    await expect(second).rejects.toMatchObject({ code: 'ABORTED' })
    held.resolve()
    await first
    expect(ends.length).toBe(2)
  })
})
