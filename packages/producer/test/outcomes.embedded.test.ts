import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Producer, SendResult, Settled } from '../src/index.ts'
import { producersUnderTest, until } from './producers.ts'

const summary = (result: SendResult): string =>
  result.status === 'delivered'
    ? `delivered at ${result.receipt.offset}`
    : `${result.status} ${result.error?.code}`

describe('the outcome of a send', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({ topics: { orders: {} } })
  })
  afterEach(() => kafka.close())

  const stored = async (): Promise<(string | undefined)[]> =>
    (await kafka.records('orders')).map(({ value }) => value?.toString())

  const warm = async (producer: Producer): Promise<void> => {
    await producer.send({ topic: 'orders', value: 'warm' })
  }
  const short = { deliveryTimeoutMs: 150 }
  const send = async (producer: Producer, value = 'x', options = {}): Promise<string> =>
    summary(await producer.trySend({ topic: 'orders', value }, options))

  describe('is delivered', () => {
    it('with the offset, once the broker has it', async () => {
      const producer = producerFor(kafka)
      const receipt = await producer.send({
        topic: 'orders',
        key: 'k',
        value: 'x',
        timestamp: 1_700_000_000_000,
      })
      expect(receipt).toMatchObject({
        kind: 'log',
        topic: 'orders',
        partition: 0,
        offset: 0n,
        timestamp: 1_700_000_000_000,
        attempts: 1,
      })
      expect(JSON.parse(JSON.stringify(receipt))).toMatchObject({ offset: '0' })
    })

    it('with the time of the log where the topic stamps records', async () => {
      kafka.createTopic('stamped', { config: { 'message.timestamp.type': 'LogAppendTime' } })
      const before = Date.now()
      const { timestamp } = await producerFor(kafka).send({ topic: 'stamped', value: 'x', timestamp: 5 })
      expect(timestamp).toBeGreaterThanOrEqual(before)
    })

    it.each([
      'NOT_LEADER_OR_FOLLOWER',
      'UNKNOWN_TOPIC_OR_PARTITION',
      'NOT_ENOUGH_REPLICAS',
      'KAFKA_STORAGE_ERROR',
      'CORRUPT_MESSAGE',
      'REQUEST_TIMED_OUT',
      'LEADER_NOT_AVAILABLE',
      'UNKNOWN_SERVER_ERROR',
    ] as const)('after a refusal for now: %s', async (code) => {
      const producer = producerFor(kafka)
      await warm(producer)
      kafka.faults.on('Produce').reply(code, { unchecked: true }).times(2)
      const receipt = await producer.send({ topic: 'orders', value: 'x' })
      expect(receipt).toMatchObject({ offset: 1n, attempts: 3 })
      expect(await stored()).toEqual(['warm', 'x'])
    })

    it.each(['NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'REQUEST_TIMED_OUT', 'KAFKA_STORAGE_ERROR'] as const)(
      'once, where %s hides an append',
      async (code) => {
        const producer = producerFor(kafka)
        await warm(producer)
        kafka.faults.on('Produce').applyThenReply(code, { unchecked: true }).once()
        expect(await send(producer)).toBe('delivered at 1')
        expect(await stored()).toEqual(['warm', 'x'])
      },
    )

    it('without an offset, where the broker says only that it has the record already', async () => {
      const producer = producerFor(kafka)
      kafka.faults.on('Produce').applyThenReply('DUPLICATE_SEQUENCE_NUMBER', { unchecked: true }).once()
      expect(await send(producer)).toBe('delivered at undefined')
      expect(await stored()).toEqual(['x'])
    })

    it('without an offset and without an answer with acks 0', async () => {
      const producer = producerFor(kafka, { acks: 0, enableIdempotence: false })
      expect(await send(producer)).toBe('delivered at undefined')
      await until(() => kafka.partition('orders', 0) && kafka.journal.count('Produce') === 1)
      expect(await stored()).toEqual(['x'])
    })
  })

  describe('is rejected', () => {
    it.each(['INVALID_RECORD', 'TOPIC_AUTHORIZATION_FAILED', 'UNSUPPORTED_FOR_MESSAGE_FORMAT'] as const)(
      'when the broker refuses it for good: %s',
      async (code) => {
        const producer = producerFor(kafka)
        await warm(producer)
        kafka.faults.on('Produce').reply(code, { unchecked: true }).once()
        expect(await send(producer)).toBe(`rejected ${code}`)
        expect(await send(producer, 'next')).toBe('delivered at 1')
        expect(await stored()).toEqual(['warm', 'next'])
      },
    )

    it('alone, when the topic does not allow its size', async () => {
      kafka.createTopic('small', { config: { 'max.message.bytes': '1000' } })
      const producer = producerFor(kafka)
      const values = ['a', 'b'.repeat(3000), 'c']
      const results = await producer.sendMany(values.map((value) => ({ topic: 'small', value })))
      expect(results.map(({ status }) => status)).toEqual(['delivered', 'rejected', 'delivered'])
      expect(results[1]).toMatchObject({ error: { code: 'MESSAGE_TOO_LARGE', retriable: false } })
    })

    it('when the delivery timeout ends and every write was refused', async () => {
      // So long a back-off that the timeout does not find the batch under way.
      const producer = producerFor(kafka, { retryBackoffMs: 10_000, retryBackoffMaxMs: 10_000 })
      await warm(producer)
      kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').always()
      expect(await send(producer, 'x', short)).toBe('rejected NOT_ENOUGH_REPLICAS')
      kafka.faults.clear()
      expect(await send(producer, 'next')).toBe('delivered at 1')
      expect(await stored()).toEqual(['warm', 'next'])
    })
  })

  describe('is not-sent', () => {
    it('when no broker answers what the topic looks like within maxBlockMs', async () => {
      await kafka.broker(1).stop()
      const producer = producerFor(kafka, { maxBlockMs: 100 })
      const result = await producer.trySend({ topic: 'orders', value: 'x' })
      expect(summary(result)).toBe('not-sent METADATA_TIMEOUT')
      expect(result).toMatchObject({
        error: { retriable: true, attempts: 0, cause: { code: 'LINK_CONNECT_FAILED' } },
      })
    })

    it('when the delivery timeout ends and the broker could not be reached', async () => {
      const producer = producerFor(kafka)
      await warm(producer)
      await kafka.broker(1).stop()
      await until(() => producer.stats().connections === 0)
      expect(await send(producer, 'x', short)).toBe('not-sent DELIVERY_TIMEOUT')
      await kafka.broker(1).start()
      expect(await send(producer, 'next')).toBe('delivered at 1')
      expect(await stored()).toEqual(['warm', 'next'])
    })

    it('when the producer id is refused', async () => {
      kafka.faults.on('InitProducerId').reply('CLUSTER_AUTHORIZATION_FAILED').always()
      const producer = producerFor(kafka)
      const result = await producer.trySend({ topic: 'orders', value: 'x' })
      expect(summary(result)).toBe('not-sent CLUSTER_AUTHORIZATION_FAILED')
      expect(result).toMatchObject({ error: { message: expect.stringContaining('IdempotentWrite') } })
    })

    it('after the close', async () => {
      const producer = producerFor(kafka)
      await producer.close()
      expect(await send(producer)).toBe('not-sent PRODUCER_CLOSED')
    })
  })

  describe('is unknown', () => {
    it('when the delivery timeout ends while the request is under way', async () => {
      const settled: Settled[] = []
      const producer = producerFor(kafka, { hooks: { onSettled: (one) => void settled.push(one) } })
      await warm(producer)
      const gate = kafka.faults.on('Produce').holdBeforeReply()
      expect(await send(producer, 'x', short)).toBe('unknown DELIVERY_TIMEOUT')
      gate.release()
      // Its late fate reaches the hook.
      await until(() => settled.length === 3)
      expect(settled[2]).toMatchObject({ status: 'delivered', late: true, receipt: { offset: 1n } })
      expect(await send(producer, 'next')).toBe('delivered at 2')
      expect(await stored()).toEqual(['warm', 'x', 'next'])
    })

    it('when no write was ever answered', async () => {
      const producer = producerFor(kafka)
      await warm(producer)
      kafka.faults.on('Produce').loseRequest().always()
      expect(await send(producer, 'x', short)).toBe('unknown DELIVERY_TIMEOUT')
    })

    it('when a write was not answered and the next is refused for good', async () => {
      const producer = producerFor(kafka)
      await warm(producer)
      kafka.faults.on('Produce').script(['loseResponse', { reply: 'INVALID_RECORD' }])
      expect(await send(producer)).toBe('unknown INVALID_RECORD')
    })

    it('for a record that gives up while its batch is still tried for others', async () => {
      // It was called rejected (or not-sent), and then written together with its neighbours.
      const producer = producerFor(kafka)
      await warm(producer)
      kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').always()
      const hasty = send(producer, 'hasty', short)
      const patient = send(producer, 'patient')
      expect(await hasty).toBe('unknown DELIVERY_TIMEOUT')
      kafka.faults.clear()
      expect(await patient).toBe('delivered at 2')
      expect(await stored()).toEqual(['warm', 'hasty', 'patient'])
    })
  })

  describe('of an aborted call', () => {
    const aborted = async (producer: Producer, before: Promise<unknown> | undefined): Promise<string> => {
      const controller = new AbortController()
      if (before === undefined) controller.abort(new Error('gone'))
      const result = producer.trySend(
        { topic: 'orders', value: 'aborted'.padEnd(500) },
        { signal: controller.signal },
      )
      await before
      controller.abort(new Error('gone'))
      const settled = await result
      if (settled.status !== 'delivered') expect(settled.error?.cause).toMatchObject({ message: 'gone' })
      return summary(settled)
    }

    it('is not-sent before the call', async () => {
      expect(await aborted(producerFor(kafka), undefined)).toBe('not-sent ABORTED')
    })

    it('is not-sent while it waits for metadata', async () => {
      kafka.faults.on('Metadata').hold()
      const producer = producerFor(kafka)
      expect(
        await aborted(
          producer,
          until(() => kafka.faults.fired === 1),
        ),
      ).toBe('not-sent ABORTED')
      expect(producer.stats().waitingBytes).toBe(0)
    })

    it('is not-sent while it waits for memory', async () => {
      const producer = producerFor(kafka, { bufferMemory: 5000, lingerMs: 0, maxRequestSize: 5000 })
      await warm(producer)
      const gate = kafka.faults.on('Produce').hold()
      const first = send(producer, 'f'.repeat(4500))
      expect(
        await aborted(
          producer,
          until(() => producer.stats().waitingSends === 1 && kafka.faults.fired === 1),
        ),
      ).toBe('not-sent ABORTED')
      gate.release()
      expect(await first).toBe('delivered at 1')
    })

    it('is not-sent in a batch that was not written, and leaves its neighbours alone', async () => {
      const producer = producerFor(kafka)
      await warm(producer)
      const gate = kafka.faults.on('Produce').hold()
      const first = send(producer, 'first')
      await until(() => kafka.faults.fired === 1)
      const neighbours = [send(producer, 'before')]
      const gone = aborted(producer, Promise.resolve())
      neighbours.push(send(producer, 'after'))
      expect(await gone).toBe('not-sent ABORTED')
      gate.release()
      expect(await Promise.all([first, ...neighbours])).toEqual([
        'delivered at 1',
        'delivered at 2',
        'delivered at 3',
      ])
      expect(await stored()).toEqual(['warm', 'first', 'before', 'after'])
    })

    it('is unknown in flight, and its late fate reaches the hooks', async () => {
      const settled: Settled[] = []
      const producer = producerFor(kafka, { hooks: { onSettled: (one) => void settled.push(one) } })
      await warm(producer)
      const gate = kafka.faults.on('Produce').hold()
      expect(
        await aborted(
          producer,
          until(() => kafka.faults.fired === 1),
        ),
      ).toBe('unknown ABORTED')
      expect(settled.at(-1)).toMatchObject({
        status: 'failed',
        late: false,
        record: { topic: 'orders', partition: 0 },
      })
      gate.release()
      await until(() => settled.length === 3)
      expect(settled.at(-1)).toMatchObject({ status: 'delivered', late: true })
      expect(await send(producer, 'next')).toBe('delivered at 2')
    })

    it('is the delivery itself when a hook that hears of a neighbour aborts', async () => {
      // The batch was being settled; the abort called its records not-sent although they stood in the log.
      const controller = new AbortController()
      const producer = producerFor(kafka, { hooks: { onSettled: () => controller.abort() } })
      const { signal } = controller
      const results = await producer.sendMany(
        ['a', 'b', 'c'].map((value) => ({ topic: 'orders', value })),
        { signal },
      )
      expect(results.map(summary)).toEqual(['delivered at 0', 'delivered at 1', 'delivered at 2'])
    })

    it('is counted once when a hook that hears of a neighbour aborts all that wait', async () => {
      // What waited for a topic was counted out twice, and waitingBytes went below zero.
      const controller = new AbortController()
      const producer = producerFor(kafka, { hooks: { onSettled: () => controller.abort() } })
      kafka.faults
        .on('Metadata', { topic: 'orders' })
        .reply('TOPIC_AUTHORIZATION_FAILED', { unchecked: true })
        .once()
      const results = await producer.sendMany(
        ['a', 'b', 'c'].map((value) => ({ topic: 'orders', value })),
        { signal: controller.signal },
      )
      expect(results.map(summary)).toEqual([
        'rejected TOPIC_AUTHORIZATION_FAILED',
        'not-sent ABORTED',
        'not-sent ABORTED',
      ])
      expect(producer.stats()).toMatchObject({ waitingBytes: 0, waitingSends: 0 })
    })
  })
})
