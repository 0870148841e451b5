import {
  apiVersions,
  errorCode,
  initProducerId,
  metadata,
  saslAuthenticate,
  saslHandshake,
  type ResponseOf,
} from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import type { BrokerBench } from './broker-bench.ts'
import type { RawClient } from './raw-client.ts'

type Told = ResponseOf<typeof saslAuthenticate>

const named = { clientSoftwareName: 'contract', clientSoftwareVersion: '1' }
const plain = (user: string, password: string, as = ''): Buffer => Buffer.from(`${as}\0${user}\0${password}`)

const wrong = 'Authentication failed: Invalid username or password'
/** A listener that wants PLAIN of the user `ada` with the password `secret`, as a client without a library sees it. */
export function describeSasl(getBench: () => BrokerBench): void {
  const choose = async (client: RawClient): Promise<void> => {
    expect((await client.send(saslHandshake, 1, { mechanism: 'PLAIN' })).errorCode).toBe(0)
  }
  const tell = (client: RawClient, authBytes: Buffer): Promise<Told> =>
    client.send(saslAuthenticate, 2, { authBytes })
  const isServed = async (client: RawClient): Promise<boolean> =>
    (await client.sendOrClose(metadata, 12, { topics: [] })) !== 'closed'

  describe('SASL', () => {
    it('serves ApiVersions before, and nothing else', async () => {
      const client = await getBench().fresh()
      expect((await client.send(apiVersions, 3, named)).errorCode).toBe(0)
      expect(await isServed(client)).toBe(false)
    })

    it('names the mechanisms to who asks for another one, and hangs up', async () => {
      const client = await getBench().fresh()
      const answer = await client.send(saslHandshake, 1, { mechanism: 'NONE' })
      expect(answer).toEqual({ errorCode: errorCode.UNSUPPORTED_SASL_MECHANISM, mechanisms: ['PLAIN'] })
      expect(await isServed(client)).toBe(false)
    })

    it('lets in who has the password', async () => {
      const client = await getBench().fresh()
      await choose(client)
      expect(await tell(client, plain('ada', 'secret'))).toMatchObject({ errorCode: 0, errorMessage: '' })
      expect(await isServed(client)).toBe(true)
      expect((await tell(client, plain('ada', 'secret'))).errorCode).toBe(errorCode.ILLEGAL_SASL_STATE)
      expect(await isServed(client)).toBe(true)
    })

    it.each([
      ['a wrong password', plain('ada', 'wrong'), wrong],
      ['an unknown user', plain('bob', 'secret'), wrong],
      ['no user', plain('', 'secret'), 'Authentication failed: username not specified'],
      ['no password', plain('ada', ''), 'Authentication failed: password not specified'],
      ['too few parts', Buffer.from('ada\0secret'), 'Invalid SASL/PLAIN response: expected 3 tokens, got 2'],
      [
        'too many parts',
        Buffer.from('\0ada\0s\0\0\0'),
        'Invalid SASL/PLAIN response: expected 3 tokens, got 4',
      ],
      [
        'another identity',
        plain('ada', 'secret', 'bob'),
        'Authentication failed: Client requested an authorization id that is different from username',
      ],
    ])('refuses %s, says so and hangs up', async (_, token, message) => {
      const client = await getBench().fresh()
      await choose(client)
      const answer = await tell(client, token)
      expect(answer.errorCode).toBe(errorCode.SASL_AUTHENTICATION_FAILED)
      expect(answer.errorMessage).toBe(message)
      expect(await isServed(client)).toBe(false)
    })

    it('takes bare tokens after a handshake v0', async () => {
      const client = await getBench().fresh()
      expect((await client.send(saslHandshake, 0, { mechanism: 'PLAIN' })).errorCode).toBe(0)
      expect(await client.sendRawFrame(plain('ada', 'secret'))).toEqual(Buffer.alloc(0))
      expect(await isServed(client)).toBe(true)
    })

    it('refuses other requests in the middle of an exchange', async () => {
      const client = await getBench().fresh()
      await choose(client)
      const answer = await client.send(initProducerId, 4, {
        transactionalId: null,
        transactionTimeoutMs: 1000,
      })
      expect(answer.errorCode).toBe(errorCode.ILLEGAL_SASL_STATE)
      expect(await isServed(client)).toBe(false)
    })
  })
}

/** A listener that wants SCRAM-SHA-256 of the user `ada`: what it says to who does not come so far as to prove anything. */
export function describeScram(getBench: () => BrokerBench): void {
  describe('SCRAM', () => {
    it.each([
      ['an unknown user', 'n,,n=bob,r=abc'],
      ['what is no first message', 'ada'],
      ['nothing', ''],
    ])('refuses %s without saying why', async (_, message) => {
      const client = await getBench().fresh()
      await client.send(saslHandshake, 1, { mechanism: 'SCRAM-SHA-256' })
      const answer = await client.send(saslAuthenticate, 2, { authBytes: Buffer.from(message) })
      expect(answer).toMatchObject({
        errorCode: errorCode.SASL_AUTHENTICATION_FAILED,
        errorMessage:
          'Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-256',
      })
    })

    it("begins with its nonce after the client's, a salt and 4096 rounds", async () => {
      const client = await getBench().fresh()
      await client.send(saslHandshake, 1, { mechanism: 'SCRAM-SHA-256' })
      const answer = await client.send(saslAuthenticate, 2, { authBytes: Buffer.from('n,,n=ada,r=abc') })
      expect(String(answer.authBytes)).toMatch(/^r=abc[^,]+,s=[^,]+,i=4096$/u)
    })
  })
}
