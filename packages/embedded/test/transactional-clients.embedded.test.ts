import { Kafka, logLevel, type Consumer as KafkajsConsumer, type Producer as KafkajsProducer } from 'kafkajs'
import { Producer, stringSerializers } from '@platformatic/kafka'
import { errorCode } from '@headwater/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'

/** What unmodified clients do in transactions. */
let kafka: EmbeddedKafka

beforeAll(async () => {
  kafka = await startKafka({ brokers: 3 })
})
afterAll(() => kafka.close())

const valuesOf = async (topic: string, isolation?: 'read_committed'): Promise<string[]> =>
  (await kafka.records(topic, { isolation })).map(({ value }) => String(value))

describe('kafkajs', () => {
  const client = (): Kafka =>
    new Kafka({ brokers: kafka.bootstrapServers.split(','), clientId: 'kj', logLevel: logLevel.NOTHING })

  async function newProducer(transactionalId: string): Promise<KafkajsProducer> {
    const producer = client().producer({ transactionalId, maxInFlightRequests: 1, idempotent: true })
    await producer.connect()
    return producer
  }

  /** Reads until `last` comes; kafkajs leaves out what is not committed. */
  async function readUntil(consumer: KafkajsConsumer, topic: string, last: string): Promise<string[]> {
    const values: string[] = []
    const done = Promise.withResolvers<void>()
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message }) => {
        values.push(String(message.value))
        if (values.at(-1) === last) done.resolve()
      },
    })
    await done.promise
    await consumer.disconnect()
    return values
  }

  it('commits records and offsets together, and its consumers never see what was aborted', async () => {
    kafka.createTopic('kj-in')
    kafka.createTopic('kj-out', { partitions: 2 })
    const producer = await newProducer('kj-1')
    const write = async (values: readonly string[], offset: string, commit: boolean): Promise<void> => {
      const transaction = await producer.transaction()
      const messages = values.map((value, at) => ({ value, partition: at % 2 }))
      await transaction.send({ topic: 'kj-out', messages })
      const topics = [{ topic: 'kj-in', partitions: [{ partition: 0, offset }] }]
      await transaction.sendOffsets({ consumerGroupId: 'kj-g', topics })
      await (commit ? transaction.commit() : transaction.abort())
    }
    await write(['a', 'b'], '7', true)
    await write(['lost', 'lost'], '8', false)
    const admin = client().admin()
    await admin.connect()
    const ask = () => admin.fetchOffsets({ groupId: 'kj-g', topics: ['kj-in'] })
    await expect.poll(() => kafka.txn('kj-1').state).toBe('CompleteAbort')
    expect((await ask())[0]!.partitions).toEqual([{ partition: 0, offset: '7', metadata: null }])
    await write(['c'], '9', true)
    await expect.poll(() => kafka.txn('kj-1').state).toBe('CompleteCommit')
    expect((await ask())[0]!.partitions[0]!.offset).toBe('9')
    // Two records and three markers in partition 0, of which one is aborted.
    expect((await admin.fetchTopicOffsets('kj-out')).find(({ partition }) => partition === 0)!.high).toBe('6')
    await admin.disconnect()
    await producer.disconnect()
    const committed = client().consumer({ groupId: 'kj-committed', maxWaitTimeInMs: 50 })
    expect((await readUntil(committed, 'kj-out', 'c')).filter((value) => value === 'lost')).toEqual([])
    expect((await valuesOf('kj-out', 'read_committed')).toSorted()).toEqual(['a', 'b', 'c'])
    expect((await valuesOf('kj-out')).toSorted()).toEqual(['a', 'b', 'c', 'lost', 'lost'])
  })

  it('waits at an open transaction, and reads what is not committed when it wants to', async () => {
    kafka.createTopic('kj-open')
    const producer = await newProducer('kj-2')
    const transaction = await producer.transaction()
    await transaction.send({ topic: 'kj-open', messages: [{ value: 'open' }] })
    const eager = client().consumer({ groupId: 'kj-eager', maxWaitTimeInMs: 50, readUncommitted: true })
    expect(await readUntil(eager, 'kj-open', 'open')).toEqual(['open'])
    const patient = client().consumer({ groupId: 'kj-patient', maxWaitTimeInMs: 50 })
    let arrived = false
    const reading = readUntil(patient, 'kj-open', 'open').then(() => (arrived = true))
    await kafka.journal.waitFor('Fetch', ({ clientId }) => clientId === 'kj')
    const before = kafka.journal.count('Fetch')
    await expect.poll(() => kafka.journal.count('Fetch')).toBeGreaterThan(before + 3)
    expect(arrived).toBe(false)
    await transaction.commit()
    await reading
    await producer.disconnect()
  })

  it('is fenced with INVALID_PRODUCER_EPOCH, since it speaks old versions', async () => {
    kafka.createTopic('kj-fence')
    const zombie = await newProducer('kj-3')
    const open = await zombie.transaction()
    await open.send({ topic: 'kj-fence', messages: [{ value: 'zombie' }] })
    const next = await newProducer('kj-3')
    const transaction = await next.transaction()
    // The open transaction was aborted on the way, for which kafkajs asked twice.
    expect(kafka.journal.entries.flatMap(({ errorCodes }) => errorCodes ?? [])).toContain(
      errorCode.CONCURRENT_TRANSACTIONS,
    )
    await transaction.send({ topic: 'kj-fence', messages: [{ value: 'next' }] })
    await transaction.commit()
    await expect(open.commit()).rejects.toMatchObject({ code: errorCode.INVALID_PRODUCER_EPOCH })
    await expect.poll(() => kafka.txn('kj-3').state).toBe('CompleteCommit')
    expect(await valuesOf('kj-fence', 'read_committed')).toEqual(['next'])
    await zombie.disconnect()
    await next.disconnect()
  })
})

describe('@platformatic/kafka', () => {
  it.each([true, false])('writes in transactions (commit: %s)', async (commit) => {
    const topic = `pk-${commit}`
    kafka.createTopic(topic, { partitions: 2 })
    const producer = new Producer({
      clientId: 'pk',
      bootstrapBrokers: kafka.bootstrapServers.split(','),
      serializers: stringSerializers,
      idempotent: true,
      transactionalId: topic,
    })
    const transaction = await producer.beginTransaction()
    const messages = ['1', '2'].map((value, partition) => ({ topic, value, partition }))
    await transaction.send({ messages })
    await (commit ? transaction.commit() : transaction.abort())
    await expect.poll(() => kafka.txn(topic).state).toBe(commit ? 'CompleteCommit' : 'CompleteAbort')
    await producer.close()
    expect(await valuesOf(topic)).toEqual(['1', '2'])
    expect(await valuesOf(topic, 'read_committed')).toEqual(commit ? ['1', '2'] : [])
    // It names its partitions in the way that brokers do, too.
    expect(kafka.journal.count('AddPartitionsToTxn', ({ version }) => version! >= 4)).toBeGreaterThan(0)
  })
})
