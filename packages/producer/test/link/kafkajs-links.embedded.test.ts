import { startKafka } from '@headwater/embedded'
import { decodeResponse, encodeRequest, metadata } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import type { Link } from '../../src/link/link.ts'
import { failuresOf } from './failures-of.ts'
import { createTestLinks } from './test-links.ts'

const topicsOf = async (link: Link): Promise<readonly (string | null)[]> => {
  const version = link.pick(metadata)
  const body = encodeRequest(metadata, version, { topics: null })
  const answer = await link.send(metadata, version, body, { timeoutMs: 5000 })
  return decodeResponse(metadata, version, answer).topics.map(({ name }) => name)
}

describe('createKafkajsLinks on the embedded Kafka', () => {
  it('connects to each broker of its own and speaks the newest version of both', async () => {
    await using kafka = await startKafka({ brokers: 3, topics: { orders: { partitions: 2 } } })
    await using links = createTestLinks({ brokers: kafka.bootstrapServers.split(',') })
    for (const seed of await links.seeds()) expect(await topicsOf(await links.open(seed))).toEqual(['orders'])
  })

  it('dies with a broker that stops, and a new Link works when it is back', async () => {
    await using kafka = await startKafka()
    await using links = createTestLinks({ brokers: [kafka.bootstrapServers] })
    const [seed] = await links.seeds()
    const link = await links.open(seed!)
    const closed = new Promise((resolve) => link.onClose(resolve))
    await kafka.broker(1).stop()
    expect(await closed).toMatchObject({ code: 'LINK_CLOSED' })
    expect((await failuresOf([links.open(seed!)]))[0]).toMatchObject({ code: 'LINK_CONNECT_FAILED' })
    await kafka.broker(1).start()
    expect(await topicsOf(await links.open(seed!))).toEqual([])
  })

  it('dies of an answer that is lost, together with the request behind it', async () => {
    await using kafka = await startKafka()
    await using links = createTestLinks({ brokers: [kafka.bootstrapServers] })
    const link = await links.open((await links.seeds())[0]!)
    kafka.faults.on('Metadata').loseResponse().once()
    const body = encodeRequest(metadata, 12, { topics: [] })
    const failures = await failuresOf([
      link.send(metadata, 12, body, { timeoutMs: 200 }),
      link.send(metadata, 12, body, { timeoutMs: 5000 }),
    ])
    for (const failure of failures) expect(failure).toMatchObject({ sent: true, retriable: true })
    expect(link.state).toBe('closed')
  })

  it('gives up on a broker that is frozen', async () => {
    await using kafka = await startKafka()
    await using links = createTestLinks({ brokers: [kafka.bootstrapServers], connectTimeoutMs: 200 })
    const [seed] = await links.seeds()
    const link = await links.open(seed!)
    kafka.broker(1).freeze()
    const body = encodeRequest(metadata, 12, { topics: [] })
    const failures = await failuresOf([link.send(metadata, 12, body, { timeoutMs: 200 }), links.open(seed!)])
    expect(failures.map(({ code, sent }) => [code, sent])).toEqual([
      ['LINK_REQUEST_TIMEOUT', true],
      ['LINK_CONNECT_TIMEOUT', false],
    ])
  })
})
