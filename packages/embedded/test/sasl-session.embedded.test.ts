import { ManualClock } from '@headwater/base'
import { errorCode, metadata, saslAuthenticate, saslHandshake, type ResponseOf } from '@headwater/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { RawClient } from './raw-client.ts'

type Told = ResponseOf<typeof saslAuthenticate>

async function choose(client: RawClient, mechanism: string): Promise<void> {
  expect((await client.send(saslHandshake, 1, { mechanism })).errorCode).toBe(0)
}

const tell = (client: RawClient, authBytes: Buffer): Promise<Told> =>
  client.send(saslAuthenticate, 2, { authBytes })

async function isServed(client: RawClient): Promise<boolean> {
  return (await client.trySend(metadata, 12, { topics: [] })) !== undefined
}

describe('a session', () => {
  const clock = new ManualClock(Date.now())
  let short: EmbeddedKafka
  let client: RawClient

  beforeAll(async () => {
    short = await startKafka({
      clock,
      config: { 'connection.failed.authentication.delay.ms': 0 },
      sasl: {
        mechanisms: ['PLAIN', 'OAUTHBEARER'],
        users: { ada: 'secret', bob: 'secret' },
        sessionLifetimeMs: 60_000,
        validateToken: (token) => ({ principal: 'ada', expiresAtMs: Number(token) }),
      },
    })
  })
  afterAll(() => short.close())

  const logIn = async (user: string) => {
    await choose(client, 'PLAIN')
    return tell(client, Buffer.from(`\0${user}\0secret`))
  }
  const renew = async (): Promise<void> => {
    client = await RawClient.open(short.broker(1).port)
  }

  it('lasts as long as it says, and is cut off with the first request after that', async () => {
    await renew()
    expect((await logIn('ada')).sessionLifetimeMs).toBe(60_000n)
    clock.advance(60_000)
    expect(await isServed(client)).toBe(true)
    clock.advance(1)
    const cut = isServed(client)
    await expect.poll(() => clock.pendingTimers, { interval: 2 }).toBe(1)
    clock.advance(0)
    expect(await cut).toBe(false)
  })

  it('begins anew with another exchange, even when it has expired', async () => {
    await renew()
    await logIn('ada')
    clock.advance(60_001)
    expect(await logIn('ada')).toMatchObject({ errorCode: 0, sessionLifetimeMs: 60_000n })
    expect(await isServed(client)).toBe(true)
    clock.advance(999)
    const early = await client.send(saslHandshake, 1, { mechanism: 'PLAIN' })
    expect(early.errorCode).toBe(errorCode.ILLEGAL_SASL_STATE)
    clock.advance(1)
    expect((await logIn('ada')).errorCode).toBe(0)
  })

  it('belongs to one principal', async () => {
    await renew()
    await logIn('ada')
    const answer = logIn('bob')
    await expect.poll(() => clock.pendingTimers, { interval: 2 }).toBe(1)
    clock.advance(0)
    expect(await answer).toMatchObject({
      errorCode: errorCode.SASL_AUTHENTICATION_FAILED,
      errorMessage: expect.stringContaining('Cannot change principals during re-authentication'),
    })
  })

  it('ends with the token, if that ends first', async () => {
    await renew()
    await choose(client, 'OAUTHBEARER')
    const token = Buffer.from(`n,,\x01auth=Bearer ${clock.now() + 5000}\x01\x01`)
    expect((await tell(client, token)).sessionLifetimeMs).toBe(5000n)
  })
})
