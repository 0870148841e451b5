import { startKafka } from '@headwater/embedded'
import { testKafka } from '@headwater/kafka'
import { apiVersions } from '@headwater/protocol'
import { describe, expect, it, vi } from 'vitest'
import { describeBroker } from '../src/broker/describe-broker.ts'
import { RawClient } from '../src/broker/raw-client.ts'
import { leftOutKeys } from './left-out-requests.ts'

// Brokers in Java beside the tests of other packages can take their time.
vi.setConfig({ testTimeout: 30_000 })

const bootstrap = testKafka()

/** The keys of all requests that a broker says it takes. */
async function advertisedBy(address: string): Promise<ReadonlySet<number>> {
  const client = await RawClient.open(address)
  const request = { clientSoftwareName: 'contract', clientSoftwareVersion: '1.0' }
  const { apiKeys } = await client.send(apiVersions, 4, request)
  client.close()
  return new Set(apiKeys.map(({ apiKey }) => apiKey))
}

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(bootstrap === undefined)('a real Kafka', () => {
  const brokers = (bootstrap ?? '').split(',')
  describeBroker(() => ({ name: 'real', brokers, replicationFactor: Math.min(3, brokers.length) }))
})

// Without a real Kafka there is nothing to compare the embedded one with; the line printed above says why there is none.
describe.skipIf(bootstrap === undefined)('the embedded Kafka beside a real one', () => {
  it('takes every request that the real one takes, save for those that UNSUPPORTED.md names', async () => {
    await using kafka = await startKafka()
    const embedded = await advertisedBy(kafka.bootstrapServers)
    const real = await advertisedBy(bootstrap!.split(',')[0]!)
    expect([...real].filter((key) => !embedded.has(key) && !leftOutKeys.has(key))).toEqual([])
    expect([...embedded].filter((key) => !real.has(key))).toEqual([])
    expect([...leftOutKeys].filter((key) => embedded.has(key))).toEqual([])
  })
})
