import { startKafka } from '@headwater/embedded'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeAccess, type GuardedCluster } from '../src/broker/access-facts.ts'
import { BrokerBench } from '../src/broker/broker-bench.ts'

const users = { ada: 'secret', root: 'secret' }

describe('the embedded Kafka with rules of access', () => {
  let cluster: GuardedCluster

  beforeAll(async () => {
    const kafka = await startKafka({ sasl: { mechanisms: ['PLAIN'], users } })
    const under = { name: 'embedded', brokers: [kafka.bootstrapServers], replicationFactor: 1 }
    const asks = new BrokerBench({ ...under, login: { username: 'ada', password: users.ada } })
    const bench = new BrokerBench({ ...under, login: { username: 'root', password: users.root } })
    const lifts: (() => void)[] = []
    cluster = {
      bench,
      client: () => asks.client(),
      deny: (rules) => {
        for (const rule of rules) lifts.push(kafka.deny({ ...rule, principal: 'ada' }).lift)
        return Promise.resolve()
      },
      liftAll: () => {
        for (const lift of lifts.splice(0)) lift()
        return Promise.resolve()
      },
      close: async () => {
        await asks.close()
        await bench.close()
        await kafka.close()
      },
    }
  })
  afterAll(() => cluster.close())

  describeAccess(() => cluster)
})
