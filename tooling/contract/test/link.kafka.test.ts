import { randomUUID } from 'node:crypto'
import { silentLogger, systemClock, type ConnectionSettings, type SaslSettings } from '@headwater/base'
import { canStartRealKafka, startRealKafka, type RealKafka } from '@headwater/kafka'
import { createKafkajsLinks, type BrokerAddress, type Link, type LinkFactory } from '@headwater/producer'
import { decodeResponse, encodeRequest, initProducerId, metadata, produce } from '@headwater/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

const canStart = await canStartRealKafka()
const scram: SaslSettings = { mechanism: 'scram-sha-512', username: 'ada', password: 'right' }
const timeoutMs = 10_000

// Freezes its broker and needs a listener with SASL, so the cluster that a whole run shares will not do; canStartRealKafka
// prints why a computer cannot start one.
describe.skipIf(!canStart)('Link on a real Kafka', () => {
  let kafka: RealKafka
  const factories: LinkFactory[] = []

  beforeAll(async () => {
    kafka = await startRealKafka({
      sasl: { mechanism: 'SCRAM-SHA-512', users: { ada: 'right' }, maxReauthMs: 3000 },
    })
  }, 180_000)
  afterEach(async () => {
    await Promise.all(factories.splice(0).map((links) => links.close()))
  })
  afterAll(() => kafka?.close())

  const linksTo = (connection: ConnectionSettings): LinkFactory => {
    const links = createKafkajsLinks({ connection }, { logger: silentLogger, clock: systemClock })
    factories.push(links)
    return links
  }
  const open = async (connection: ConnectionSettings): Promise<Link> => {
    const links = linksTo(connection)
    const [seed] = await links.seeds()
    return links.open(seed!)
  }
  const failureOf = (connection: ConnectionSettings): Promise<unknown> =>
    open(connection).then(
      () => expect.fail('the connection came about'),
      (error: unknown) => error,
    )
  const askMetadata = async (link: Link): Promise<readonly BrokerAddress[]> => {
    const version = link.pick(metadata)
    const body = encodeRequest(metadata, version, { topics: [] })
    return decodeResponse(metadata, version, await link.send(metadata, version, body, { timeoutMs })).brokers
  }

  it('picks flexible versions and reads their answers', async () => {
    const link = await open({ brokers: [kafka.bootstrapServers] })
    expect(link.pick(metadata)).toBe(13)
    expect(link.pick(produce)).toBeGreaterThanOrEqual(12)
    expect((await askMetadata(link))[0]).toMatchObject({ port: kafka.brokers[0]!.port })
    const version = link.pick(initProducerId)
    const body = encodeRequest(initProducerId, version, {
      transactionalId: null,
      transactionTimeoutMs: 60_000,
    })
    let errorCode: number
    do {
      const answer = await link.send(initProducerId, version, body, { timeoutMs })
      errorCode = decodeResponse(initProducerId, version, answer).errorCode
      // COORDINATOR_LOAD_IN_PROGRESS is what a broker says that has just started.
    } while (errorCode === 14)
    expect(errorCode).toBe(0)
    await link.end(1000)
  })

  it('dies together with the connection that the broker closes for a version it does not know', async () => {
    const link = await open({ brokers: [kafka.bootstrapServers] })
    const failures = Promise.allSettled(
      [99, 12].map((version) => link.send(metadata, version, [], { timeoutMs })),
    )
    for (const failure of await failures) {
      expect(failure).toMatchObject({ status: 'rejected', reason: { code: 'LINK_CLOSED', sent: true } })
    }
  })

  it('authenticates by SCRAM, and wants to be replaced before the broker cuts the session', async () => {
    const startMs = systemClock.monotonic()
    const link = await open({ brokers: [kafka.saslBootstrapServers!], sasl: scram })
    expect(link.replaceAtMs).toBeGreaterThan(startMs + 2000)
    expect(link.replaceAtMs).toBeLessThanOrEqual(systemClock.monotonic() + 2550)
    await askMetadata(link)
    // Used to the last moment it is good for, then past the session's end, where the broker cuts it.
    await new Promise((resolve) => setTimeout(resolve, link.replaceAtMs! - systemClock.monotonic()))
    await askMetadata(link)
    await new Promise((resolve) => setTimeout(resolve, 700))
    await expect(askMetadata(link)).rejects.toMatchObject({ code: 'LINK_CLOSED' })
  })

  it('tells wrong credentials from everything that may pass', async () => {
    const brokers = [kafka.saslBootstrapServers!]
    const password = randomUUID()
    const error = await failureOf({
      brokers,
      sasl: { mechanism: 'scram-sha-512', username: 'ada', password },
    })
    expect(error).toMatchObject({ code: 'LINK_AUTHENTICATION_FAILED', retriable: false, sent: false })
    expect(String(error)).not.toContain(password)
    expect(await failureOf({ brokers, sasl: { ...scram, mechanism: 'scram-sha-256' } })).toMatchObject({
      code: 'LINK_AUTHENTICATION_FAILED',
    })
  })

  it('says so when the port asks for SASL and none is given, or the other way round', async () => {
    const link = await open({ brokers: [kafka.saslBootstrapServers!] })
    await expect(askMetadata(link)).rejects.toMatchObject({
      code: 'LINK_CLOSED',
      message: expect.stringContaining('give `sasl`'),
    })
    expect(await failureOf({ brokers: [kafka.bootstrapServers], sasl: scram })).toMatchObject({
      code: 'LINK_AUTHENTICATION_FAILED',
    })
  })

  it('says so when it speaks TLS to a plain port', async () => {
    expect(await failureOf({ brokers: [kafka.bootstrapServers], tls: true })).toMatchObject({
      code: 'LINK_CONNECT_FAILED',
      message: expect.stringContaining('check that this port speaks TLS'),
    })
  })

  it('gives up on a frozen broker, and a new Link works when it thaws', async () => {
    const link = await open({ brokers: [kafka.bootstrapServers] })
    const links = linksTo({ brokers: [kafka.bootstrapServers], connectTimeoutMs: 500 })
    const [seed] = await links.seeds()
    await kafka.freeze(0)
    try {
      const body = encodeRequest(metadata, 12, { topics: [] })
      const ask = (): Promise<Uint8Array> => link.send(metadata, 12, body, { timeoutMs: 600 })
      let pending = [ask(), ask()]
      // A stop takes its time to reach all threads of the broker; what was answered until then does not count.
      while ((await Promise.allSettled(pending)).some(({ status }) => status === 'fulfilled')) {
        pending = [ask(), ask()]
      }
      for (const asked of pending) {
        await expect(asked).rejects.toMatchObject({ code: 'LINK_REQUEST_TIMEOUT', sent: true })
      }
      await expect(links.open(seed!)).rejects.toMatchObject({ code: 'LINK_CONNECT_TIMEOUT', sent: false })
    } finally {
      await kafka.thaw(0)
    }
    await askMetadata(await open({ brokers: [kafka.bootstrapServers] }))
  })
})
