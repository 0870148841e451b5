import { ManualClock, type Credentials } from '@headwater/base'
import { decodeRequest, encodeResponse, saslAuthenticate, saslHandshake } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { failuresOf } from './failures-of.ts'
import { ScriptedBroker } from './scripted-broker.ts'
import { createTestLinks } from './test-links.ts'

/** A broker that takes one password of PLAIN, which may change, and remembers what it was given. */
function passwordBroker(account: {
  password: string
}): Promise<ScriptedBroker & { readonly given: string[] }> {
  const given: string[] = []
  return ScriptedBroker.start({
    onRequest: (request, peer) => {
      if (request.apiKey === saslHandshake.key) {
        const body = { errorCode: 0, mechanisms: ['PLAIN'] }
        peer.answer(request, saslHandshake, encodeResponse(saslHandshake, request.apiVersion, body))
        return
      }
      const { authBytes } = decodeRequest(saslAuthenticate, request.apiVersion, request.body)
      const password = authBytes.toString().split('\0')[2]!
      given.push(password)
      const errorCode = password === account.password ? 0 : 58
      const body = { errorCode, errorMessage: null, authBytes: Buffer.alloc(0), sessionLifetimeMs: 0n }
      peer.answer(request, saslAuthenticate, encodeResponse(saslAuthenticate, request.apiVersion, body))
    },
  }).then((broker) => Object.assign(broker, { given }))
}

const ada = (password: string): Credentials => ({ sasl: { mechanism: 'plain', username: 'ada', password } })

describe('createKafkajsLinks with `credentials`', () => {
  it('asks for them for every connection, and they take the place of the static ones', async () => {
    const account = { password: 'first' }
    await using broker = await passwordBroker(account)
    await using links = createTestLinks({
      brokers: [broker.seed],
      ...ada('static'),
      credentials: async () => ada(account.password),
    })
    await links.open(broker.address)
    account.password = 'second'
    await links.open(broker.address)
    expect(broker.given).toEqual(['first', 'second'])
  })

  it('tells at once that they are wrong when brokers never took them', async () => {
    await using broker = await passwordBroker({ password: 'right' })
    await using links = createTestLinks({ brokers: [broker.seed], credentials: () => ada('wrong') })
    const [failure] = await failuresOf([links.open(broker.address)])
    expect(failure).toMatchObject({ code: 'LINK_AUTHENTICATION_FAILED', retriable: false })
  })

  it('lets a refusal be tried again once brokers took them: one side has the new ones before the other', async () => {
    const account = { password: 'first' }
    await using broker = await passwordBroker(account)
    let known = 'first'
    await using links = createTestLinks({ brokers: [broker.seed], credentials: () => ada(known) })
    await links.open(broker.address)
    account.password = 'second'
    const [failure] = await failuresOf([links.open(broker.address)])
    expect(failure).toMatchObject({ code: 'LINK_AUTHENTICATION_FAILED', retriable: true, sent: false })
    known = 'second'
    await links.open(broker.address)
  })

  it.each([
    ['throws', () => expect.fail('the vault is sealed')],
    ['rejects', () => Promise.reject(new Error('the vault is sealed'))],
  ])('says that the function %s, which is no refusal by the broker', async (_, credentials) => {
    await using links = createTestLinks({ brokers: ['127.0.0.1:1'], credentials })
    const [failure] = await failuresOf([links.open({ host: '127.0.0.1', port: 1 })])
    expect(failure).toMatchObject({ code: 'LINK_CONNECT_FAILED', retriable: true, sent: false })
    expect(failure!.message).toContain('`credentials` failed: the vault is sealed')
  })

  it('counts the time of the function within `connectTimeoutMs`', async () => {
    await using broker = await ScriptedBroker.start({ versions: () => 'silent' })
    const clock = new ManualClock()
    const asked = Promise.withResolvers<Credentials>()
    const settings = { brokers: [broker.seed], connectTimeoutMs: 700, credentials: () => asked.promise }
    await using links = createTestLinks(settings, clock)
    const failures = failuresOf([links.open(broker.address)])
    clock.advance(500)
    asked.resolve({})
    while (broker.peers.length === 0) await new Promise((resolve) => setImmediate(resolve))
    clock.advance(200)
    expect((await failures)[0]).toMatchObject({
      code: 'LINK_CONNECT_TIMEOUT',
      message: expect.stringContaining('within 700 ms: its answer to ApiVersions'),
    })
  })

  it('gives up on a function that never answers, and waits for none when it closes', async () => {
    const clock = new ManualClock()
    const credentials = (): Promise<Credentials> => Promise.withResolvers<Credentials>().promise
    await using links = createTestLinks({ brokers: ['127.0.0.1:1'], credentials }, clock)
    const address = { host: '127.0.0.1', port: 1 }
    const timedOut = failuresOf([links.open(address)])
    clock.advance(10_000)
    expect((await timedOut)[0]).toMatchObject({
      code: 'LINK_CONNECT_TIMEOUT',
      message: expect.stringContaining('the function that gives its `credentials`'),
    })
    const closed = failuresOf([links.open(address)])
    await links.close()
    expect((await closed)[0]).toMatchObject({ code: 'LINK_CLOSED', retriable: false })
    expect(clock.pendingTimers).toBe(0)
  })
})
