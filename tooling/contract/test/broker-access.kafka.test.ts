import { canStartRealKafka, startRealKafka, type RealKafka } from '@headwater/kafka'
import { createProducer, type Producer } from '@headwater/producer'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { describeAccess, type GuardedCluster } from '../src/broker/access-facts.ts'
import { AccessLists } from '../src/broker/access-lists.ts'
import { BrokerBench } from '../src/broker/broker-bench.ts'
import { committedValues } from '../src/committed-values.ts'
import { readTopic } from '../src/index.ts'

// Brokers in Java beside the tests of other packages can take their time.
vi.setConfig({ testTimeout: 30_000 })

const possible = await canStartRealKafka()
const ada = { username: 'ada', password: 'secret' }
const bob = { username: 'bob', password: 'secret' }

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(!possible)('a real Kafka with access control lists', () => {
  let kafka: RealKafka
  let lists: AccessLists
  let cluster: GuardedCluster

  beforeAll(async () => {
    kafka = await startRealKafka({
      sasl: { mechanism: 'PLAIN', users: { [ada.username]: ada.password, [bob.username]: bob.password } },
      config: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        // Who comes by the plain listener, the brokers themselves among them.
        'super.users': 'User:ANONYMOUS',
      },
    })
    lists = await AccessLists.open(kafka.bootstrapServers)
    await lists.allowAll(ada.username)
    const under = { name: 'real', replicationFactor: 1 }
    const bench = new BrokerBench({ ...under, brokers: kafka.bootstrapServers.split(',') })
    const asks = new BrokerBench({ ...under, brokers: kafka.saslBootstrapServers!.split(','), login: ada })
    cluster = {
      bench,
      client: () => asks.client(),
      deny: (rules) => lists.deny(ada.username, rules),
      liftAll: () => lists.liftAll(),
      close: async () => {
        await asks.close()
        await bench.close()
      },
    }
  }, 120_000)
  afterAll(async () => {
    await cluster?.close()
    await lists?.close()
    await kafka?.close()
  }, 60_000)

  describeAccess(() => cluster)

  describe("Headwater's producer", () => {
    const producerOfBob = (transactionalId?: string): Producer =>
      createProducer({
        connection: {
          brokers: kafka.saslBootstrapServers!.split(','),
          sasl: { mechanism: 'plain', ...bob },
        },
        transactionalId,
      })
    const valuesOf = async (topic: string): Promise<unknown> =>
      (await readTopic(kafka.bootstrapServers.split(','), topic)).map(({ value }) => String(value))

    it('needs to write and to describe its topics, and no more, and a forbidden one hurts no other', async () => {
      const { name: mine } = await cluster.bench.topic()
      const { name: theirs } = await cluster.bench.topic()
      await lists.allow(bob.username, [{ topic: mine, operations: ['Write', 'Describe'] }])
      await using producer = producerOfBob()
      const records = ['1', '2', '3'].flatMap((value) => [mine, theirs].map((topic) => ({ topic, value })))
      const results = await producer.sendMany(records)
      const code = 'TOPIC_AUTHORIZATION_FAILED'
      const refused = { status: 'rejected', error: { code, outcome: 'rejected', retriable: false } }
      for (const [at, result] of results.entries())
        expect(result).toMatchObject(at % 2 === 0 ? { status: 'delivered' } : refused)
      expect(await valuesOf(mine)).toEqual(['1', '2', '3'])
      expect(await valuesOf(theirs)).toEqual([])
    })

    it('needs to write and to describe its transactional id for transactions', async () => {
      const { name: topic } = await cluster.bench.topic()
      const transactionalId = cluster.bench.name('id')
      await lists.allow(bob.username, [{ topic, operations: ['Write', 'Describe'] }])
      await using forbidden = producerOfBob(transactionalId)
      const pay = (producer: Producer): Promise<unknown> =>
        producer.transaction((transaction) => transaction.send({ topic, value: 'paid' }))
      await expect(pay(forbidden)).rejects.toMatchObject({ code: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED' })
      await lists.allow(bob.username, [{ transactionalId, operations: ['Write', 'Describe'] }])
      await using allowed = producerOfBob(transactionalId)
      await pay(allowed)
      expect(await committedValues(kafka.bootstrapServers.split(','), topic)).toEqual(['paid'])
    })
  })
})
