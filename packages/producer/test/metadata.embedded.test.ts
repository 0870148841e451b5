import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { ManualClock } from '@headwater/base'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { Kafka, logLevel } from 'kafkajs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { producersUnderTest, until } from './producers.ts'

describe('what a producer knows of topics and brokers', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({ brokers: 3, topics: { orders: { partitions: 2 } } })
  })
  afterEach(() => kafka.close())

  const admin = async (run: (admin: ReturnType<Kafka['admin']>) => Promise<unknown>): Promise<void> => {
    const client = new Kafka({
      brokers: kafka.bootstrapServers.split(','),
      logLevel: logLevel.NOTHING,
    }).admin()
    await client.connect()
    await run(client)
    await client.disconnect()
  }

  it('waits for a topic that is created later', async () => {
    const producer = producerFor(kafka)
    const sent = producer.send({ topic: 'later', value: 'x' })
    await kafka.journal.waitFor('Metadata')
    kafka.createTopic('later')
    expect(await sent).toMatchObject({ offset: 0n })
  })

  it('says which topic is not there after maxBlockMs, and stops asking for it', async () => {
    // A topic that nobody waited for any more was asked for ten times a second for ever.
    const producer = producerFor(kafka, { maxBlockMs: 60, metadataMaxAgeMs: 60_000 })
    const result = await producer.trySend({ topic: 'missing', value: 'x' })
    expect(result).toMatchObject({
      status: 'not-sent',
      error: { code: 'UNKNOWN_TOPIC_OR_PARTITION', message: expect.stringContaining('missing') },
    })
    await new Promise((resolve) => setTimeout(resolve, 60))
    const asked = kafka.journal.count('Metadata')
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(kafka.journal.count('Metadata')).toBe(asked)
  })

  it('does not let one bad topic hurt another', async () => {
    const producer = producerFor(kafka, { maxBlockMs: 100 })
    kafka.faults
      .on('Metadata', { topic: 'secret' })
      .reply('TOPIC_AUTHORIZATION_FAILED', { unchecked: true })
      .always()
    const results = await producer.sendMany(
      ['missing', 'secret', 'orders'].map((topic) => ({ topic, value: 'x' })),
    )
    expect(
      results.map((result) => (result.status === 'delivered' ? 'delivered' : result.error?.code)),
    ).toEqual(['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_AUTHORIZATION_FAILED', 'delivered'])
  })

  it('rejects the second record for a forbidden topic as soon as the first', async () => {
    // Only the first send asked; the second waited for maxBlockMs and then blamed metadata.
    const producer = producerFor(kafka)
    kafka.faults
      .on('Metadata', { topic: 'secret' })
      .reply('TOPIC_AUTHORIZATION_FAILED', { unchecked: true })
      .always()
    for (let i = 0; i < 3; i++) {
      const result = await producer.trySend({ topic: 'secret', value: 'x' })
      expect(result).toMatchObject({ status: 'rejected', error: { code: 'TOPIC_AUTHORIZATION_FAILED' } })
    }
  })

  it('finds partitions that were added, and rejects those that are not there', async () => {
    const producer = producerFor(kafka)
    await producer.send({ topic: 'orders', value: 'x' })
    const none = await producer.trySend({ topic: 'orders', value: 'x', partition: 3 })
    expect(none).toMatchObject({ status: 'rejected', error: { code: 'INVALID_PARTITION' } })
    await admin((client) => client.createPartitions({ topicPartitions: [{ topic: 'orders', count: 4 }] }))
    expect(await producer.send({ topic: 'orders', value: 'x', partition: 3 })).toMatchObject({ partition: 3 })
  })

  it('delivers the neighbours of a record whose partition it must ask for', async () => {
    const producer = producerFor(kafka)
    await producer.send({ topic: 'orders', value: 'x' })
    const gate = kafka.faults.on('Metadata').hold()
    const asks = producer.trySend({ topic: 'orders', value: 'x', partition: 9 })
    expect(await producer.send({ topic: 'orders', value: 'x', partition: 1 })).toMatchObject({ partition: 1 })
    gate.release()
    expect(await asks).toMatchObject({ status: 'rejected' })
  })

  it('goes on when a topic was deleted and created again with fewer partitions', async () => {
    // Records without a key stuck to a partition that was no longer there, until they timed out.
    kafka.createTopic('again', { partitions: 16 })
    const producer = producerFor(kafka, { metadataMaxAgeMs: 20, deliveryTimeoutMs: 4000 })
    for (let i = 0; i < 5; i++) await producer.send({ topic: 'again', value: 'old' })
    await admin((client) => client.deleteTopics({ topics: ['again'] }))
    kafka.createTopic('again', { partitions: 1 })
    const asked = kafka.journal.count('Metadata')
    await until(() => kafka.journal.count('Metadata') >= asked + 2)
    const receipts = await Promise.all(
      ['a', 'b', 'c'].map((value) => producer.send({ topic: 'again', value })),
    )
    expect(receipts.map(({ partition, offset }) => `${partition}/${offset}`)).toEqual(['0/0', '0/1', '0/2'])
  })

  it('follows the new leader that a broker names, without asking for metadata', async () => {
    const producer = producerFor(kafka, { retryBackoffMs: 1 })
    await producer.send({ topic: 'orders', value: 'x', partition: 0 })
    const asked = kafka.journal.count('Metadata')
    const { leader } = kafka.partition('orders', 0)
    kafka.partition('orders', 0).moveLeader((leader % 3) + 1)
    expect(await producer.send({ topic: 'orders', value: 'x', partition: 0 })).toMatchObject({ attempts: 2 })
    expect(kafka.journal.count('Metadata')).toBe(asked)
  })

  it('asks again unprompted after metadataMaxAgeMs', async () => {
    const producer = producerFor(kafka, { metadataMaxAgeMs: 20 })
    await producer.send({ topic: 'orders', value: 'x' })
    await until(() => kafka.journal.count('Metadata') > 4)
  })

  it('forgets a topic that was not used for long, and numbers it anew when it is used again', async () => {
    // Numbering that starts again under the same epoch would make brokers take the new record for a double of the old.
    const clock = new ManualClock()
    const producer = producerFor(kafka, { clock, metadataMaxAgeMs: 100_000 })
    await producer.send({ topic: 'orders', value: 'first', partition: 0 })
    kafka.createTopic('other')
    for (let i = 0; i < 6; i++) {
      await producer.send({ topic: 'other', value: 'x' })
      const asked = kafka.journal.count('Metadata')
      clock.advance(100_000)
      await until(() => kafka.journal.count('Metadata') > asked)
    }
    const asked = kafka.journal.count('Metadata')
    expect(await producer.send({ topic: 'orders', value: 'second', partition: 0 })).toMatchObject({
      offset: 1n,
      attempts: 1,
    })
    // It had to be asked for again, and no other producer id was needed.
    expect(kafka.journal.count('Metadata')).toBe(asked + 1)
    expect(kafka.journal.count('InitProducerId')).toBe(1)
    const stored = await kafka.records('orders', { partition: 0 })
    expect(stored.map(({ value }) => value?.toString())).toEqual(['first', 'second'])
  })

  it('connects once to each broker that it needs', async () => {
    const producer = producerFor(kafka)
    await producer.sendMany(
      Array.from({ length: 100 }, (_, i) => ({ topic: 'orders', key: `${i}`, value: 'x' })),
    )
    const connections = new Set(
      kafka.journal.entries
        .filter(({ kind }) => kind === 'request')
        .map((e) => `${e.broker}/${e.connection}`),
    )
    expect(connections.size).toBeLessThanOrEqual(3)
  })

  it('finds the only broker of its list that answers', async () => {
    const list = ['127.0.0.1:1', '127.0.0.1:2', kafka.bootstrapServers.split(',')[2]]
    const producer = producerFor({ bootstrapServers: list.join(',') })
    expect(await producer.send({ topic: 'orders', value: 'x' })).toMatchObject({ topic: 'orders' })
  })

  it('does not call a broker in a loop that takes connections and cuts them', async () => {
    let calls = 0
    const rude = createServer((socket) => {
      calls++
      socket.destroy()
    })
    rude.listen(0, '127.0.0.1')
    await once(rude, 'listening')
    const producer = producerFor(
      { bootstrapServers: `127.0.0.1:${(rude.address() as AddressInfo).port}` },
      { retryBackoffMs: 200, retryBackoffMaxMs: 200 },
    )
    const startMs = performance.now()
    const sending = producer.trySend({ topic: 'orders', value: 'x' })
    await until(() => calls >= 5)
    // However slow the computer is, it may only take longer.
    expect(performance.now() - startMs).toBeGreaterThan(4 * 100)
    await producer.close({ timeoutMs: 0 })
    expect(await sending).toMatchObject({ status: 'not-sent' })
    rude.close()
  })
})
