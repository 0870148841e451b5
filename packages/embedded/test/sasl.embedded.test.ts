import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { ManualClock } from '@headwater/base'
import {
  apiVersions,
  errorCode,
  initProducerId,
  metadata,
  saslAuthenticate,
  saslHandshake,
} from '@headwater/protocol'
import { Kafka, logLevel, type SASLOptions } from 'kafkajs'
import { Admin, type SASLOptions as PlatformaticSasl } from '@platformatic/kafka'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka, type SaslMechanism } from '../src/index.ts'
import { RawClient } from './raw-client.ts'

const mechanisms: readonly SaslMechanism[] = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER']
const wrongPassword = 'Authentication failed: Invalid username or password'
const named = { clientSoftwareName: 'a', clientSoftwareVersion: '1' }

let kafka: EmbeddedKafka

beforeAll(async () => {
  kafka = await startKafka({
    topics: { t: {} },
    config: { 'connection.failed.authentication.delay.ms': 1 },
    sasl: {
      mechanisms,
      users: { ada: 'secret', 'o=,k': 'p,=w' },
      validateToken(token) {
        if (token === 'broken') throw new Error('no such key')
        return token === 'good' ? { principal: 'ada' } : undefined
      },
    },
  })
})
afterAll(() => kafka.close())

const open = (): Promise<RawClient> => RawClient.open(kafka.broker(1).port)
const plain = (user: string, password: string, as = ''): Buffer => Buffer.from(`${as}\0${user}\0${password}`)

async function choose(client: RawClient, mechanism: string): Promise<void> {
  expect((await client.send(saslHandshake, 1, { mechanism })).errorCode).toBe(0)
}

async function tell(client: RawClient, token: Buffer, version = 2) {
  return client.send(saslAuthenticate, version, { authBytes: token })
}

async function isServed(client: RawClient): Promise<boolean> {
  return (await client.trySend(metadata, 12, { topics: [] })) !== undefined
}

describe('SaslHandshake', () => {
  it.each(mechanisms)('begins an exchange in %s, and names all mechanisms', async (mechanism) => {
    using client = await open()
    expect(await client.send(saslHandshake, 1, { mechanism })).toEqual({ errorCode: 0, mechanisms })
  })

  it('names what there is to who asks for something else, and hangs up', async () => {
    using client = await open()
    const answer = await client.send(saslHandshake, 1, { mechanism: 'GSSAPI' })
    expect(answer).toEqual({ errorCode: errorCode.UNSUPPORTED_SASL_MECHANISM, mechanisms })
    await client.closed
  })

  it('is out of place on a broker that lets everybody in', async () => {
    await using plainKafka = await startKafka()
    using client = await RawClient.open(plainKafka.broker(1).port)
    const { ILLEGAL_SASL_STATE } = errorCode
    expect(await client.send(saslHandshake, 1, { mechanism: 'PLAIN' })).toEqual({
      errorCode: ILLEGAL_SASL_STATE,
      mechanisms: [],
    })
    expect((await tell(client, plain('ada', 'secret'))).errorCode).toBe(ILLEGAL_SASL_STATE)
    expect(await isServed(client)).toBe(true)
  })
})

describe('a connection before it has authenticated', () => {
  it('may ask for versions, and nothing else', async () => {
    using client = await open()
    expect((await client.send(apiVersions, 3, named)).errorCode).toBe(0)
    expect(await isServed(client)).toBe(false)
  })

  it('may not begin with a token', async () => {
    using client = await open()
    expect(await client.trySend(saslAuthenticate, 2, { authBytes: plain('ada', 'secret') })).toBeUndefined()
  })

  it.each([
    [
      'InitProducerId',
      (client: RawClient) =>
        client.send(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1000 }),
    ],
    ['ApiVersions', (client: RawClient) => client.send(apiVersions, 3, named)],
    ['SaslHandshake', (client: RawClient) => client.send(saslHandshake, 1, { mechanism: 'PLAIN' })],
  ])('is refused %s in the middle of an exchange', async (_, ask) => {
    using client = await open()
    await choose(client, 'PLAIN')
    expect((await ask(client)).errorCode).toBe(errorCode.ILLEGAL_SASL_STATE)
    await client.closed
  })

  it('can ask for everything afterwards', async () => {
    using client = await open()
    await choose(client, 'PLAIN')
    expect(await tell(client, plain('ada', 'secret'))).toEqual({
      errorCode: 0,
      errorMessage: '',
      authBytes: Buffer.alloc(0),
      sessionLifetimeMs: 0n,
    })
    expect(await isServed(client)).toBe(true)
    expect(await tell(client, plain('ada', 'secret'))).toMatchObject({
      errorCode: errorCode.ILLEGAL_SASL_STATE,
    })
    expect(await isServed(client)).toBe(true)
  })
})

describe('PLAIN', () => {
  it.each([
    ['a wrong password', plain('ada', 'wrong'), wrongPassword],
    ['an unknown user', plain('bob', 'secret'), wrongPassword],
    ['no user', plain('', 'secret'), 'Authentication failed: username not specified'],
    ['no password', plain('ada', ''), 'Authentication failed: password not specified'],
    ['too few parts', Buffer.from('ada\0secret'), 'Invalid SASL/PLAIN response: expected 3 tokens, got 2'],
    [
      'too many parts',
      Buffer.from('\0ada\0s\0\0\0'),
      'Invalid SASL/PLAIN response: expected 3 tokens, got 4',
    ],
    [
      'somebody who wants to be somebody else',
      plain('ada', 'secret', 'bob'),
      'Authentication failed: Client requested an authorization id that is different from username',
    ],
  ])('refuses %s, says so and hangs up', async (_, token, errorMessage) => {
    using client = await open()
    await choose(client, 'PLAIN')
    expect(await tell(client, token)).toMatchObject({
      errorCode: errorCode.SASL_AUTHENTICATION_FAILED,
      errorMessage,
    })
    await client.closed
  })

  it('lets a client say that it is itself', async () => {
    using client = await open()
    await choose(client, 'PLAIN')
    expect((await tell(client, plain('ada', 'secret', 'ada'))).errorCode).toBe(0)
  })

  it('takes bare tokens after a handshake v0, and answers barely', async () => {
    using client = await open()
    expect((await client.send(saslHandshake, 0, { mechanism: 'PLAIN' })).errorCode).toBe(0)
    expect(await client.exchange(plain('ada', 'secret'))).toEqual(Buffer.alloc(0))
    expect(await isServed(client)).toBe(true)
    using other = await open()
    await other.send(saslHandshake, 0, { mechanism: 'PLAIN' })
    expect(await other.exchange(plain('ada', 'wrong'))).toBeUndefined()
  })

  it('lets a client wait for its refusal', async () => {
    const clock = new ManualClock(Date.now())
    await using slow = await startKafka({ clock, sasl: { mechanisms: ['PLAIN'], users: {} } })
    using client = await RawClient.open(slow.broker(1).port)
    await choose(client, 'PLAIN')
    let answered = false
    const answer = tell(client, plain('ada', 'secret')).then((body) => {
      answered = true
      return body
    })
    await expect.poll(() => clock.pendingTimers, { interval: 2 }).toBe(1)
    clock.advance(99)
    expect(answered).toBe(false)
    clock.advance(1)
    expect((await answer).errorMessage).toBe(wrongPassword)
  })
})

describe.each([
  ['SCRAM-SHA-256', 'sha256', 32],
  ['SCRAM-SHA-512', 'sha512', 64],
] as const)('%s', (mechanism, hash, keyBytes) => {
  const mac = (key: Uint8Array, text: string): Buffer => createHmac(hash, key).update(text).digest()
  const refused = {
    errorCode: errorCode.SASL_AUTHENTICATION_FAILED,
    errorMessage: `Authentication failed during authentication due to invalid credentials with SASL mechanism ${mechanism}`,
  }

  /** RFC 5802 from the client's side; gives the last answer and the signature that the broker should show. */
  async function logIn(client: RawClient, saslName: string, password: string, nonceTail = '') {
    await choose(client, mechanism)
    const bare = `n=${saslName},r=clientnonce`
    const first = await tell(client, Buffer.from(`n,,${bare}`))
    if (first.errorCode !== 0) return { answer: first, signature: '' }
    const reply = String(first.authBytes)
    const [, nonce, salt, iterations] = /^r=(clientnonce.+),s=(.+),i=(\d+)$/u.exec(reply)!
    expect(Number(iterations)).toBeGreaterThanOrEqual(4096)
    const salted = pbkdf2Sync(password, Buffer.from(salt!, 'base64'), Number(iterations), keyBytes, hash)
    const clientKey = mac(salted, 'Client Key')
    const unproven = `c=biws,r=${nonce}${nonceTail}`
    const whole = `${bare},${reply},${unproven}`
    const signature = mac(createHash(hash).update(clientKey).digest(), whole)
    const proof = Buffer.from(clientKey.map((byte, at) => byte ^ signature[at]!)).toString('base64')
    const answer = await tell(client, Buffer.from(`${unproven},p=${proof}`))
    return { answer, signature: mac(mac(salted, 'Server Key'), whole).toString('base64') }
  }

  it('proves to the client that it knows the password, too', async () => {
    using client = await open()
    const { answer, signature } = await logIn(client, 'ada', 'secret')
    expect(answer.errorCode).toBe(0)
    expect(String(answer.authBytes)).toBe(`v=${signature}`)
    expect(await isServed(client)).toBe(true)
  })

  it('knows names with commas and equals signs', async () => {
    using client = await open()
    expect((await logIn(client, 'o=3D=2Ck', 'p,=w')).answer.errorCode).toBe(0)
  })

  it.each([
    ['a wrong password', 'ada', 'wrong', ''],
    ['an unknown user', 'bob', 'secret', ''],
    ['another nonce', 'ada', 'secret', 'x'],
  ])('refuses %s, without saying which', async (_, user, password, nonceTail) => {
    using client = await open()
    expect((await logIn(client, user, password, nonceTail)).answer).toMatchObject(refused)
    await client.closed
  })

  it.each(['', 'ada', 'y,,n=ada,r=x', 'n,,n=ada,r=', 'n,a=bob'])(
    'refuses %j for a first message',
    async (text) => {
      using client = await open()
      await choose(client, mechanism)
      expect(await tell(client, Buffer.from(text))).toMatchObject(refused)
    },
  )

  it('does not give the same salt and nonce twice by chance', async () => {
    const ask = async (): Promise<string> => {
      using client = await open()
      await choose(client, mechanism)
      return String((await tell(client, Buffer.from('n,,n=ada,r=x'))).authBytes)
    }
    const [one, two] = [await ask(), await ask()]
    expect(one).not.toBe(two)
  })
})

describe('OAUTHBEARER', () => {
  const bearer = (token: string, as = ''): Buffer => Buffer.from(`n,${as},\x01auth=Bearer ${token}\x01\x01`)

  it('lets in whom the validator knows', async () => {
    using client = await open()
    await choose(client, 'OAUTHBEARER')
    expect(await tell(client, bearer('good', 'a=ada'))).toMatchObject({ errorCode: 0 })
    expect(await isServed(client)).toBe(true)
  })

  it.each(['bad', 'broken'])(
    'says why the token %j is refused, and fails when that was read',
    async (token) => {
      using client = await open()
      await choose(client, 'OAUTHBEARER')
      const challenge = await tell(client, bearer(token))
      expect(challenge.errorCode).toBe(0)
      expect(String(challenge.authBytes)).toBe('{"status":"invalid_token"}')
      expect(await tell(client, Buffer.of(1))).toMatchObject({
        errorCode: errorCode.SASL_AUTHENTICATION_FAILED,
        errorMessage: '{"status":"invalid_token"}',
      })
    },
  )

  it('refuses who speaks for somebody else, and what is no token', async () => {
    for (const token of [bearer('good', 'a=bob'), Buffer.from('good'), Buffer.of(1)]) {
      using client = await open()
      await choose(client, 'OAUTHBEARER')
      expect((await tell(client, token)).errorCode).toBe(errorCode.SASL_AUTHENTICATION_FAILED)
    }
  })
})

describe('clients', () => {
  const token = { oauthBearerProvider: async () => ({ value: 'good' }) }
  const user = { username: 'ada', password: 'secret' }
  const kafkajsSasl: readonly SASLOptions[] = [
    { mechanism: 'plain', ...user },
    { mechanism: 'scram-sha-256', ...user },
    { mechanism: 'scram-sha-512', ...user },
    { mechanism: 'oauthbearer', ...token },
  ]

  // A copy: kafkajs keeps in the object what it has made of the password.
  const kafkajs = (sasl: SASLOptions): Kafka =>
    new Kafka({
      brokers: [kafka.bootstrapServers],
      sasl: { ...sasl },
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    })

  it.each(kafkajsSasl)('kafkajs logs in with $mechanism', async (sasl) => {
    const admin = kafkajs(sasl).admin()
    await admin.connect()
    expect(await admin.listTopics()).toContain('t')
    await admin.disconnect()
  })

  it.each(kafkajsSasl.slice(0, 3))('kafkajs hears of a wrong password with $mechanism', async (sasl) => {
    const admin = kafkajs({ ...sasl, password: 'wrong' } as SASLOptions).admin()
    await expect(admin.connect()).rejects.toThrow(/Authentication failed/u)
    await admin.disconnect()
  })

  it.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const)(
    '@platformatic/kafka logs in with %s',
    async (mechanism) => {
      const sasl: PlatformaticSasl =
        mechanism === 'OAUTHBEARER' ? { mechanism, token: 'good' } : { mechanism, ...user }
      const admin = new Admin({ clientId: 'pk', bootstrapBrokers: [kafka.bootstrapServers], sasl })
      expect(await admin.listTopics()).toContain('t')
      await admin.close()
    },
  )
})

describe('SaslOptions', () => {
  it.each([
    [{ mechanisms: [] }, 'at least one'],
    [{ mechanisms: ['PLAIN' as const] }, 'need users'],
    [{ mechanisms: ['OAUTHBEARER' as const] }, 'needs validateToken'],
    [{ mechanisms: ['PLAIN' as const], users: {}, sessionLifetimeMs: -1 }, 'sessionLifetimeMs'],
  ])('refuses %j', async (sasl, message) => {
    await expect(startKafka({ sasl })).rejects.toThrow(message)
  })
})
