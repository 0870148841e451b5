import { testKafka } from '@headwater/kafka'
import { describe } from 'vitest'
import { describeBroker } from '../src/broker/describe-broker.ts'

const bootstrap = testKafka()

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(bootstrap === undefined)('a real Kafka', () => {
  const brokers = (bootstrap ?? '').split(',')
  describeBroker(() => ({ name: 'real', brokers, replicationFactor: Math.min(3, brokers.length) }))
})
