import { ManualClock, type SaslSettings } from '@headwater/base'
import { decodeRequest, encodeResponse, saslAuthenticate, saslHandshake } from '@headwater/protocol'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { failuresOf } from './failures-of.ts'
import { ScriptedBroker, type Script } from './scripted-broker.ts'
import { createTestLinks } from './test-links.ts'

/** A broker that takes PLAIN and OAUTHBEARER tokens as the given function says, and collects them. */
function saslScript(
  accepts: (token: string) => boolean,
  { sessionLifetimeMs = 0n, tokens = [] as string[] } = {},
): Script {
  return {
    onRequest: (request, peer) => {
      if (request.apiKey === saslHandshake.key) {
        const { mechanism } = decodeRequest(saslHandshake, request.apiVersion, request.body)
        const mechanisms = ['PLAIN', 'OAUTHBEARER']
        const errorCode = mechanisms.includes(mechanism) ? 0 : 33
        peer.answer(
          request,
          saslHandshake,
          encodeResponse(saslHandshake, request.apiVersion, { errorCode, mechanisms }),
        )
        return
      }
      const { authBytes } = decodeRequest(saslAuthenticate, request.apiVersion, request.body)
      const token = authBytes.toString()
      tokens.push(token)
      const body = accepts(token)
        ? { errorCode: 0, errorMessage: null, authBytes: Buffer.alloc(0), sessionLifetimeMs }
        : { errorCode: 58, errorMessage: 'no such user', authBytes: Buffer.alloc(0), sessionLifetimeMs: 0n }
      peer.answer(request, saslAuthenticate, encodeResponse(saslAuthenticate, request.apiVersion, body))
    },
  }
}

const plain = (password: string): SaslSettings => ({ mechanism: 'plain', username: 'ada', password })
const quietKafka = { logLevel: logLevel.NOTHING, logCreator: () => () => undefined }

describe('createKafkajsLinks with SASL', () => {
  it('authenticates before the Link is given out', async () => {
    const tokens: string[] = []
    await using broker = await ScriptedBroker.start(
      saslScript((token) => token === '\0ada\0right', { tokens }),
    )
    await using links = createTestLinks({ brokers: [broker.seed], sasl: plain('right') })
    const link = await links.open(broker.address)
    expect(tokens).toEqual(['\0ada\0right'])
    expect(link.replaceAtMs).toBeUndefined()
  })

  it('wants to be replaced at 85 % of the session’s life', async () => {
    await using broker = await ScriptedBroker.start(saslScript(() => true, { sessionLifetimeMs: 60_000n }))
    const clock = new ManualClock()
    clock.advance(1000)
    await using links = createTestLinks({ brokers: [broker.seed], sasl: plain('right') }, clock)
    const { replaceAtMs } = await links.open(broker.address)
    // What passed between the authentication and now is real time, even on a clock that stands still.
    expect(replaceAtMs).toBeLessThanOrEqual(52_000)
    expect(replaceAtMs).toBeGreaterThan(51_000)
  })

  it('says that credentials are wrong, and that trying again will not help', async () => {
    await using broker = await ScriptedBroker.start(saslScript(() => false))
    await using links = createTestLinks({ brokers: [broker.seed], sasl: plain('wrong') })
    const [failure] = await failuresOf([links.open(broker.address)])
    expect(failure).toMatchObject({ code: 'LINK_AUTHENTICATION_FAILED', retriable: false, sent: false })
    expect(failure!.message).toContain(broker.seed)
    expect(failure!.message).not.toContain('wrong')
  })

  it('says that a mechanism is not offered', async () => {
    await using broker = await ScriptedBroker.start(saslScript(() => true))
    const sasl = { mechanism: 'scram-sha-512', username: 'ada', password: 'right' } as const
    await using links = createTestLinks({ brokers: [broker.seed], sasl })
    expect((await failuresOf([links.open(broker.address)]))[0]).toMatchObject({
      code: 'LINK_AUTHENTICATION_FAILED',
      retriable: false,
    })
  })

  it('does not call a connection that is lost meanwhile a refusal', async () => {
    // kafkajs says "authentication failed", not retriable, for a broker that restarts at the wrong moment.
    await using broker = await ScriptedBroker.start({
      onRequest: (_, { socket }) => socket.resetAndDestroy(),
    })
    await using links = createTestLinks({ brokers: [broker.seed], sasl: plain('right') })
    expect((await failuresOf([links.open(broker.address)]))[0]).toMatchObject({
      code: 'LINK_CONNECT_FAILED',
      retriable: true,
    })
  })

  it('asks for a token for each connection', async () => {
    const tokens: string[] = []
    await using broker = await ScriptedBroker.start(saslScript(() => true, { tokens }))
    let count = 0
    const sasl: SaslSettings = { mechanism: 'oauthbearer', token: async () => `token-${++count}` }
    await using links = createTestLinks({ brokers: [broker.seed], sasl })
    await links.open(broker.address)
    await links.open(broker.address)
    expect(tokens.map((token) => token.split('\u0001').find((part) => part.startsWith('auth=')))).toEqual([
      'auth=Bearer token-1',
      'auth=Bearer token-2',
    ])
  })

  // kafkajs took the answer for a success, and the first Produce was refused for good, with ILLEGAL_SASL_STATE.
  it('hears that a token is refused, though the answer has no error code (RFC 7628)', async () => {
    const tokens: string[] = []
    await using broker = await ScriptedBroker.start({
      onRequest: (request, peer) => {
        const { apiVersion } = request
        if (request.apiKey === saslHandshake.key) {
          const body = { errorCode: 0, mechanisms: ['OAUTHBEARER'] }
          peer.answer(request, saslHandshake, encodeResponse(saslHandshake, apiVersion, body))
          return
        }
        const token = decodeRequest(saslAuthenticate, apiVersion, request.body).authBytes.toString()
        tokens.push(token)
        const body =
          token === '\u0001'
            ? { errorCode: 58, errorMessage: 'the token is too old', authBytes: Buffer.alloc(0) }
            : { errorCode: 0, errorMessage: null, authBytes: Buffer.from('{"status":"invalid_token"}') }
        const answer = encodeResponse(saslAuthenticate, apiVersion, { ...body, sessionLifetimeMs: 0n })
        peer.answer(request, saslAuthenticate, answer)
      },
    })
    const sasl: SaslSettings = { mechanism: 'oauthbearer', token: async () => 'old' }
    await using links = createTestLinks({ brokers: [broker.seed], sasl })
    const [failure] = await failuresOf([links.open(broker.address)])
    expect(failure).toMatchObject({ code: 'LINK_AUTHENTICATION_FAILED', retriable: false })
    expect(failure!.message).toContain('the token is too old')
    expect(tokens).toEqual(['n,,\u0001auth=Bearer old\u0001\u0001', '\u0001'])
  })

  it('gives brokers the extensions and the authorization identity of a user’s kafkajs client', async () => {
    const tokens: string[] = []
    await using broker = await ScriptedBroker.start(saslScript(() => true, { tokens }))
    const sasl = {
      mechanism: 'oauthbearer' as const,
      authorizationIdentity: 'bob',
      oauthBearerProvider: async () => ({ value: 'good', extensions: { traceId: '123' } }),
    }
    await using links = createTestLinks({ kafka: new Kafka({ ...quietKafka, brokers: [broker.seed], sasl }) })
    await links.open(broker.address)
    expect(tokens).toEqual(['n,a=bob,\u0001auth=Bearer good\u0001traceId=123\u0001\u0001'])
  })

  it('does not take a token function that fails for a refusal by the broker', async () => {
    await using broker = await ScriptedBroker.start(saslScript(() => true))
    const cause = new Error('the issuer is down')
    const sasl: SaslSettings = { mechanism: 'oauthbearer', token: () => Promise.reject(cause) }
    await using links = createTestLinks({ brokers: [broker.seed], sasl })
    const [failure] = await failuresOf([links.open(broker.address)])
    expect(failure).toMatchObject({ code: 'LINK_CONNECT_FAILED', retriable: true, cause })
    expect(failure!.message).toContain('the issuer is down')
  })

  it('reads the credentials of a user’s kafkajs client anew, and writes nothing into them', async () => {
    // kafkajs leaves an authenticationProvider in the object, which then connects with the old password for ever.
    const tokens: string[] = []
    await using broker = await ScriptedBroker.start(
      saslScript((token) => token.endsWith('right'), { tokens }),
    )
    const sasl = { mechanism: 'plain' as const, username: 'ada', password: 'right' }
    const kafka = new Kafka({ ...quietKafka, brokers: [broker.seed], sasl })
    await using links = createTestLinks({ kafka })
    await links.open(broker.address)
    expect(Object.keys(sasl)).toEqual(['mechanism', 'username', 'password'])
    sasl.password = 'wrong'
    Object.assign(sasl, {
      authenticationProvider: () => expect.fail('a provider bound to old credentials was used'),
    })
    expect((await failuresOf([links.open(broker.address)]))[0]).toMatchObject({
      code: 'LINK_AUTHENTICATION_FAILED',
    })
    expect(tokens).toEqual(['\0ada\0right', '\0ada\0wrong'])
  })

  it('uses an authentication provider that the user wrote', async () => {
    const tokens: string[] = []
    await using broker = await ScriptedBroker.start(saslScript(() => true, { tokens }))
    const kafka = new Kafka({
      ...quietKafka,
      brokers: [broker.seed],
      sasl: {
        mechanism: 'PLAIN',
        authenticationProvider: ({ saslAuthenticate }) => ({
          authenticate: async () => {
            const encode = (): Buffer => Buffer.from([0, 0, 0, 3, 111, 119, 110])
            await saslAuthenticate({ request: { encode } })
          },
        }),
      },
    })
    await using links = createTestLinks({ kafka })
    await links.open(broker.address)
    expect(tokens).toEqual(['own'])
  })
})
