import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '@headwater/base'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createProducer, type HealthProblemCode, type Producer } from '../src/index.ts'
import { producersUnderTest, until } from './producers.ts'

/** Time that stands still, and a time of day that jumps. */
class JumpingClock extends ManualClock {
  offsetMs = 0

  override now(): number {
    return super.now() + this.offsetMs
  }
}

describe('health', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()
  const record = { topic: 'orders', value: 'x' }
  const questions = (): number => kafka.journal.count('Metadata')

  beforeEach(async () => {
    kafka = await startKafka({ brokers: 2, topics: { orders: { replicationFactor: 1 } } })
  })
  afterEach(() => kafka.close())

  const codes = async (
    producer: Producer,
    options?: Parameters<Producer['health']>[0],
  ): Promise<readonly HealthProblemCode[]> =>
    (await producer.health(options)).problems.map(({ code }) => code)

  it('is ready as soon as a broker answers: nothing need have been sent', async () => {
    const producer = producerFor(kafka)
    const health = await producer.health({ timeoutMs: 60_000 })
    expect(health).toEqual({ status: 'ready', problems: [], lastAnswerAgeMs: expect.any(Number) as number })
  })

  it('asks nobody while records are acknowledged, and again when the last answer is too old', async () => {
    const clock = new ManualClock(Date.now())
    const producer = producerFor(kafka, { clock })
    await producer.send(record)
    const before = questions()
    clock.advance(5000)
    expect(await producer.health()).toEqual({ status: 'ready', problems: [], lastAnswerAgeMs: 5000 })
    expect(questions()).toBe(before)
    clock.advance(1)
    expect(await producer.health()).toMatchObject({ status: 'ready', lastAnswerAgeMs: 0 })
    expect(questions()).toBe(before + 1)
    clock.advance(100)
    await producer.health({ maxAgeMs: 99 })
    expect(questions()).toBe(before + 2)
  })

  it('asks once for all who call at the same time', async () => {
    const clock = new ManualClock(Date.now())
    const producer = producerFor(kafka, { clock })
    await producer.send(record)
    clock.advance(5001)
    const before = questions()
    const gate = kafka.faults.on('Metadata').hold()
    const calls = Array.from({ length: 20 }, () => producer.health())
    await gate.reached
    gate.release()
    for (const health of await Promise.all(calls)) expect(health.status).toBe('ready')
    // Behind whatever else was asked.
    await producer.send(record)
    expect(questions()).toBe(before + 1)
  })

  it('does not care for a time of day that jumps', async () => {
    const clock = new JumpingClock(Date.now())
    const producer = producerFor(kafka, { clock })
    await producer.send(record)
    clock.advance(1000)
    clock.offsetMs = -86_400_000
    expect(await producer.health()).toEqual({ status: 'ready', problems: [], lastAnswerAgeMs: 1000 })
    clock.advance(4001)
    clock.offsetMs = 86_400_000
    expect(await producer.health()).toMatchObject({ status: 'ready', lastAnswerAgeMs: 0 })
  })

  it('NO_ANSWER: brokers are frozen', async () => {
    const producer = producerFor(kafka)
    await producer.send(record)
    kafka.broker(1).freeze()
    kafka.broker(2).freeze()
    const health = await producer.health({ maxAgeMs: 0, timeoutMs: 20 })
    expect(health).toMatchObject({ status: 'not-ready', problems: [{ code: 'NO_ANSWER' }] })
    expect(health.lastAnswerAgeMs).toBeGreaterThan(0)
    kafka.broker(1).thaw()
    kafka.broker(2).thaw()
    expect(await producer.health({ timeoutMs: 60_000 })).toMatchObject({ status: 'ready' })
  })

  it('NO_ANSWER: brokers are stopped, however fresh the last acknowledgement', async () => {
    const producer = producerFor(kafka)
    await producer.send(record)
    await Promise.all([1, 2].map((id) => kafka.broker(id).stop()))
    await until(() => producer.stats().connections === 0)
    expect(await producer.health({ timeoutMs: 20 })).toMatchObject({
      status: 'not-ready',
      problems: [{ code: 'NO_ANSWER', message: expect.stringContaining('not ready') as string }],
    })
    await Promise.all([1, 2].map((id) => kafka.broker(id).start()))
    expect(await codes(producer, { timeoutMs: 60_000 })).toEqual([])
  })

  it('NO_ANSWER: nobody ever answered, and so there is no age of an answer', async () => {
    const producer = createProducer({ connection: { brokers: ['127.0.0.1:1'] } })
    const health = await producer.health({ timeoutMs: 20 })
    expect(health).toMatchObject({ status: 'not-ready', lastAnswerAgeMs: undefined })
    await producer.close()
  })

  it('CREDENTIALS_REFUSED: at once, without waiting for the time to pass', async () => {
    await using secured = await startKafka({ sasl: { mechanisms: ['PLAIN'], users: { me: 'right' } } })
    const connection = {
      brokers: secured.bootstrapServers.split(','),
      sasl: { mechanism: 'plain', username: 'me', password: 'wrong' },
    } as const
    await using producer = createProducer({ connection })
    const { status, problems } = await producer.health({ timeoutMs: 60_000 })
    expect([status, problems.map(({ code }) => code)]).toEqual(['not-ready', ['CREDENTIALS_REFUSED']])
    expect(problems[0]!.message).not.toContain('wrong')
  })

  it('CREDENTIALS_REFUSED: they do not allow the transactional id', async () => {
    const producer = producerFor(kafka, { transactionalId: 't' })
    kafka.faults.on('InitProducerId').reply('TRANSACTIONAL_ID_AUTHORIZATION_FAILED').always()
    expect(await codes(producer, { timeoutMs: 60_000 })).toEqual(['CREDENTIALS_REFUSED'])
  })

  it('FENCED: another producer has the transactional id', async () => {
    const older = producerFor(kafka, { transactionalId: 't' })
    const send = (producer: Producer): Promise<unknown> => producer.transaction((tx) => tx.send(record))
    await send(older)
    await send(producerFor(kafka, { transactionalId: 't' }))
    await expect(send(older)).rejects.toMatchObject({ code: 'PRODUCER_FENCED' })
    expect(await older.health()).toMatchObject({ status: 'not-ready', problems: [{ code: 'FENCED' }] })
  })

  it('STALLED: records wait and none is acknowledged, though brokers answer', async () => {
    const clock = new ManualClock(Date.now())
    const producer = producerFor(kafka, { clock })
    await producer.send(record)
    clock.advance(60_000)
    kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').always()
    const sending = producer.send(record)
    await until(() => kafka.journal.count('Produce') > 1)
    // An idle minute before it is no stall.
    expect(await codes(producer)).toEqual([])
    clock.advance(5000)
    expect(await codes(producer)).toEqual([])
    clock.advance(1)
    const { status, problems } = await producer.health()
    expect([status, problems.map(({ code }) => code)]).toEqual(['not-ready', ['STALLED']])
    kafka.faults.clear()
    // However many of its attempts were refused meanwhile.
    while (producer.stats().pendingRecords > 0) {
      clock.advance(20)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await sending
    expect(await codes(producer)).toEqual([])
  })

  it('does not call a batch that lingers stalled, whichever topic it is of', async () => {
    const clock = new ManualClock(Date.now())
    const producer = producerFor(kafka, { clock, topics: { orders: { lingerMs: 30_000 } } })
    await producer.ready()
    const sending = producer.send(record)
    clock.advance(29_000)
    expect(await codes(producer, { timeoutMs: 60_000 })).toEqual([])
    await producer.flush()
    await sending
  })

  it('STALLED: the latest record was given up for want of an answer; until one is acknowledged', async () => {
    const clock = new ManualClock(Date.now())
    const producer = producerFor(kafka, { clock, requestTimeoutMs: 1000 })
    await producer.send(record)
    const gate = kafka.faults.on('Produce').hold()
    const sending = producer.trySend(record, { deliveryTimeoutMs: 500 })
    await gate.reached
    clock.advance(500)
    expect(await sending).toMatchObject({ status: 'unknown' })
    expect(await codes(producer, { timeoutMs: 60_000 })).toEqual(['STALLED'])
    gate.release()
    await until(() => producer.stats().inFlightRequests === 0)
    await producer.send(record)
    expect(await codes(producer)).toEqual([])
  })

  it('BUFFER_NEARLY_FULL: degraded, for it still takes records', async () => {
    const producer = producerFor(kafka, { bufferMemory: 1000 })
    await producer.send(record)
    const gate = kafka.faults.on('Produce').hold()
    const sending = producer.send({ ...record, value: 'x'.repeat(850) })
    await gate.reached
    expect(await producer.health({ maxAgeMs: 600_000 })).toMatchObject({
      status: 'degraded',
      problems: [
        { code: 'BUFFER_NEARLY_FULL', message: expect.stringMatching(/^8\d % of bufferMemory/) as string },
      ],
    })
    gate.release()
    await sending
    expect(await codes(producer)).toEqual([])
  })

  it('SPOOLING: degraded once brokers answer again; the gravest problem comes first', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'headwater-health-'))
    try {
      const producer = producerFor(kafka, { onUnavailable: { folder, afterMs: 20 } })
      await producer.send(record)
      await Promise.all([1, 2].map((id) => kafka.broker(id).stop()))
      await until(() => producer.stats().connections === 0)
      expect(await producer.trySend(record)).toMatchObject({ status: 'spooled' })
      expect(await codes(producer, { timeoutMs: 20 })).toEqual(['NO_ANSWER', 'SPOOLING'])
      kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').always()
      const before = kafka.journal.count('Produce')
      await Promise.all([1, 2].map((id) => kafka.broker(id).start()))
      await until(() => kafka.journal.count('Produce') > before)
      expect(await producer.health({ timeoutMs: 60_000, maxAgeMs: 600_000 })).toMatchObject({
        status: 'degraded',
        problems: [{ code: 'SPOOLING' }],
      })
      kafka.faults.clear()
      await until(() => producer.stats().spoolRecords === 0)
      expect(await codes(producer, { timeoutMs: 60_000 })).toEqual([])
      await producer.close()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('CLOSED: also for who asks before and hears after', async () => {
    const producer = producerFor(kafka)
    kafka.broker(1).freeze()
    kafka.broker(2).freeze()
    const asked = producer.health({ timeoutMs: 60_000 })
    await producer.close({ timeoutMs: 0 })
    for (const health of [await asked, await producer.health()])
      expect(health).toMatchObject({ status: 'not-ready', problems: [{ code: 'CLOSED' }] })
  })
})
