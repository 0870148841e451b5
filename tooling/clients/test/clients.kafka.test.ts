import { testKafka } from '@headwater/kafka'
import { describe } from 'vitest'
import { describeClients } from '../src/describe-clients.ts'

const bootstrap = testKafka()

// Without a real Kafka there is nothing to ask; the line printed above says why there is none.
describe.skipIf(bootstrap === undefined)('a real Kafka', () => {
  const leftOut = new Set<string>()
  describeClients(() => ({ name: 'real', bootstrapServers: bootstrap ?? '', leftOut }), 'real')
})
