import { once } from 'node:events'
import { createServer, Socket, type AddressInfo } from 'node:net'
import { ManualClock } from '@headwater/base'
import { metadata } from '@headwater/protocol'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { createProducer } from '../../src/index.ts'
import { failuresOf } from './failures-of.ts'
import { ScriptedBroker } from './scripted-broker.ts'
import { createTestLinks } from './test-links.ts'

/** TLS without certificates: both ends know a key. */
const key = Buffer.from('0123456789abcdef')
const psk = { ciphers: 'PSK', maxVersion: 'TLSv1.2' as const }
const pskServer = { ...psk, pskCallback: () => key }
const pskClient = {
  ...psk,
  pskCallback: () => ({ psk: key, identity: 'headwater' }),
  checkServerIdentity: () => undefined,
}

const quietKafka = { logLevel: logLevel.NOTHING, logCreator: () => () => undefined }

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

describe('createKafkajsLinks', () => {
  describe('open', () => {
    it('says which address refuses', async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      server.close()
      await once(server, 'close')
      await using links = createTestLinks({ brokers: [`127.0.0.1:${port}`] })
      const [failure] = await failuresOf([links.open({ host: '127.0.0.1', port })])
      expect(failure).toMatchObject({ code: 'LINK_CONNECT_FAILED', sent: false, retriable: true })
      expect(failure!.message).toContain(`127.0.0.1:${port}`)
      expect(failure!.message).toContain('ECONNREFUSED')
    })

    it('gives up on a broker that accepts and says nothing, and leaves no socket', async () => {
      // kafkajs alone keeps such a connection, calls it connected, and hands it out again.
      await using broker = await ScriptedBroker.start({ versions: () => 'silent' })
      const clock = new ManualClock()
      await using links = createTestLinks({ brokers: [broker.seed], connectTimeoutMs: 700 }, clock)
      const failures = failuresOf([links.open(broker.address)])
      await until(() => broker.peers.length === 1)
      const gone = once(broker.peers[0]!.socket, 'close')
      clock.advance(699)
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(broker.peers[0]!.socket.destroyed).toBe(false)
      clock.advance(1)
      const [failure] = await failures
      expect(failure).toMatchObject({ code: 'LINK_CONNECT_TIMEOUT', sent: false, retriable: true })
      expect(failure!.message).toContain('within 700 ms: its answer to ApiVersions')
      await gone
      expect(clock.pendingTimers).toBe(0)
    })

    it('gives up on a TLS handshake that nobody answers, and leaves no socket', async () => {
      const sockets: Socket[] = []
      const server = createServer((socket) =>
        sockets.push(socket.on('error', () => socket.destroy())),
      ).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const clock = new ManualClock()
      await using links = createTestLinks({ brokers: [`127.0.0.1:${port}`], tls: true }, clock)
      const failures = failuresOf([links.open({ host: '127.0.0.1', port })])
      await until(() => sockets.length === 1)
      const gone = once(sockets[0]!, 'close')
      sockets[0]!.resume()
      clock.advance(10_000)
      const [failure] = await failures
      expect(failure).toMatchObject({ code: 'LINK_CONNECT_TIMEOUT' })
      expect(failure!.message).toContain('the TCP and TLS connection')
      await gone
      await new Promise((resolve) => server.close(resolve))
    })

    it('stays dead when the connection comes about after its time', async () => {
      await using broker = await ScriptedBroker.start()
      let connectLate: () => void = () => expect.fail('no socket was asked for')
      const made: Socket[] = []
      const kafka = new Kafka({
        ...quietKafka,
        brokers: [broker.seed],
        socketFactory: ({ onConnect }) => {
          const socket = new Socket()
          made.push(socket)
          connectLate = onConnect
          return socket
        },
      })
      const clock = new ManualClock()
      await using links = createTestLinks({ kafka }, clock)
      const failures = failuresOf([links.open(broker.address)])
      await until(() => made.length === 1)
      clock.advance(10_000)
      expect((await failures)[0]).toMatchObject({ code: 'LINK_CONNECT_TIMEOUT' })
      connectLate()
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(made[0]!.destroyed).toBe(true)
      expect(made).toHaveLength(1)
      expect(broker.peers).toHaveLength(0)
    })

    it.each([
      ['closes', (socket: Socket) => socket.end()],
      ['resets', (socket: Socket) => socket.resetAndDestroy()],
    ])('hints at TLS when the peer %s on the first request', async (_, cut) => {
      await using broker = await ScriptedBroker.start({
        versions: ({ socket }) => {
          cut(socket)
          return 'silent'
        },
      })
      await using links = createTestLinks({ brokers: [broker.seed] })
      const [failure] = await failuresOf([links.open(broker.address)])
      expect(failure).toMatchObject({ code: 'LINK_CONNECT_FAILED' })
      expect(failure!.message).toContain('if this port speaks TLS, switch `tls` on')
    })

    it.each([
      ['a TLS alert', Buffer.from([0x15, 3, 3, 0, 2, 2, 70]), 'switch `tls` on'],
      ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'the answer is HTTP'],
      ['noise', Buffer.from([0xff, 0xff, 0xff, 0xff, 0]), 'a frame claims to hold -1 bytes'],
      ['a stranger’s answer', Buffer.from([0, 0, 0, 6, 0, 0, 0, 9, 0, 0]), 'the correlation id 9'],
    ])('calls %s by its name', async (_, bytes, hint) => {
      await using broker = await ScriptedBroker.start({
        versions: () => 'silent',
        onConnect: ({ socket }) => socket.write(bytes),
      })
      await using links = createTestLinks({ brokers: [broker.seed] })
      const [failure] = await failuresOf([links.open(broker.address)])
      expect(failure).toMatchObject({ code: 'LINK_PROTOCOL_VIOLATION', sent: false })
      expect(failure!.message).toContain(hint)
    })

    it('calls an answer to ApiVersions that is cut short a violation, not an authentication failure', async () => {
      await using broker = await ScriptedBroker.start({
        versions: () => 'silent',
        onConnect: ({ socket }) => socket.write(Buffer.from([0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0])),
      })
      await using links = createTestLinks({ brokers: [broker.seed] })
      expect((await failuresOf([links.open(broker.address)]))[0]).toMatchObject({
        code: 'LINK_PROTOCOL_VIOLATION',
      })
    })

    it('hints at SASL when the broker closes instead of answering the first request', async () => {
      await using broker = await ScriptedBroker.start({ onRequest: (_, { socket }) => socket.end() })
      await using links = createTestLinks({ brokers: [broker.seed] })
      const link = await links.open(broker.address)
      const [failure] = await failuresOf([link.send(metadata, 12, [], { timeoutMs: 5000 })])
      expect(failure!.message).toContain('if this port asks for SASL, give `sasl`')
    })

    it('speaks TLS with the options it is given', async () => {
      await using broker = await ScriptedBroker.start({
        tls: pskServer,
        onRequest: (request, peer) => peer.answer(request, metadata, [request.body]),
      })
      await using links = createTestLinks({ brokers: [broker.seed], tls: pskClient })
      const link = await links.open(broker.address)
      const large = Buffer.alloc(200_000, 3)
      const answers = await Promise.all(
        [large, Buffer.from('b'), large].map((body) => link.send(metadata, 12, [body], { timeoutMs: 5000 })),
      )
      expect(answers.map(({ length }) => length)).toEqual([200_000, 1, 200_000])
      await link.end(1000)
    })

    it('names the host in the TLS handshake (SNI)', async () => {
      await using broker = await ScriptedBroker.start({ tls: pskServer })
      await using links = createTestLinks({ brokers: [broker.seed], tls: pskClient })
      await links.open({ host: 'localhost', port: broker.address.port })
      expect(broker.peers[0]!.socket).toMatchObject({ servername: 'localhost' })
    })

    it('says what is wrong when TLS meets a plain broker', async () => {
      await using broker = await ScriptedBroker.start({
        onConnect: ({ socket }) => socket.once('data', () => socket.end()),
      })
      await using links = createTestLinks({ brokers: [broker.seed], tls: true })
      const [failure] = await failuresOf([links.open(broker.address)])
      expect(failure).toMatchObject({ code: 'LINK_CONNECT_FAILED' })
      expect(failure!.message).toContain('check that this port speaks TLS')
    })

    it('does not hold requests back when the broker throttles its handshake', async () => {
      // kafkajs would queue them, unwritten, and their deadline would not be the engine's any more.
      await using broker = await ScriptedBroker.start({
        throttleTimeMs: 60_000,
        onRequest: (request, peer) => peer.answer(request, metadata, [request.body]),
      })
      await using links = createTestLinks({ brokers: [broker.seed] })
      const link = await links.open(broker.address)
      await link.send(metadata, 12, [Buffer.from('a')], { timeoutMs: 2000 })
    })

    it('takes the client id, and the same settings for each new connection', async () => {
      await using broker = await ScriptedBroker.start({
        onRequest: (request, peer) => peer.answer(request, metadata, [request.body]),
      })
      await using links = createTestLinks({ brokers: [broker.seed], clientId: 'orders-é' })
      for (const _ of [1, 2]) {
        const link = await links.open(broker.address)
        await link.send(metadata, 12, [Buffer.from('a')], { timeoutMs: 2000 })
      }
      expect(broker.requests.map(({ clientId }) => clientId)).toEqual(['orders-é', 'orders-é'])
      expect(broker.peers).toHaveLength(2)
    })
  })

  describe('close', () => {
    it('destroys Links and handshakes, leaves no socket, and opens no more', async () => {
      await using broker = await ScriptedBroker.start({
        versions: ({ index }) => (index === 0 ? [] : 'silent'),
      })
      const clock = new ManualClock()
      await using links = createTestLinks({ brokers: [broker.seed] }, clock)
      const link = await links.open(broker.address)
      const pending = failuresOf([
        link.send(metadata, 12, [], { timeoutMs: 5000 }),
        links.open(broker.address),
      ])
      await until(() => broker.peers.length === 2)
      await links.close()
      expect((await pending).map(({ code, sent }) => [code, sent])).toEqual([
        ['LINK_CLOSED', true],
        ['LINK_CLOSED', false],
      ])
      expect(link.state).toBe('closed')
      expect(clock.pendingTimers).toBe(0)
      expect((await failuresOf([links.open(broker.address)]))[0]).toMatchObject({
        code: 'LINK_CLOSED',
        retriable: false,
      })
      await links.close()
    })
  })

  describe('seeds', () => {
    it('reads host:port, IPv6 in brackets too', async () => {
      await using links = createTestLinks({
        brokers: ['a.example.org:9092', '[2001:db8::1]:9093', ' b.example.org:1 '],
      })
      expect(await links.seeds()).toEqual([
        { host: 'a.example.org', port: 9092 },
        { host: '2001:db8::1', port: 9093 },
        { host: 'b.example.org', port: 1 },
      ])
    })

    it.each([
      'example.org',
      'example.org:',
      'example.org:0',
      'example.org:65536',
      '2001:db8::1:9092',
      ':9092',
      'kafka://h:1',
      '',
    ])('refuses "%s" at construction', (broker) => {
      expect(() => createTestLinks({ brokers: ['example.org:9092', broker] })).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTIONS' }),
      )
    })

    // They were a TypeError from within, or were passed over: with `ssl` for `tls` a password travelled in the clear.
    it.each<[string, unknown, RegExp]>([
      ['no settings', undefined, /how the cluster is reached/],
      ['no list of brokers', {}, /`brokers` must be a list/],
      ['a text of brokers', { brokers: 'localhost:9092' }, /`brokers` must be a list/],
      ['a broker that is no text', { brokers: [undefined] }, /names "undefined"/],
      ['the TLS of kafkajs', { brokers: ['h:1'], ssl: true }, /connection.ssl is not an option.*tls/],
      ['a misspelt name', { brokers: ['h:1'], conectTimeoutMs: 5 }, /connection.conectTimeoutMs/],
      [
        'a client id that is no text',
        { brokers: ['h:1'], clientId: 5 },
        /connection.clientId must be a text/,
      ],
      [
        'credentials that are no function',
        { brokers: ['h:1'], credentials: {} },
        /credentials must be a func/,
      ],
      ['SASL as a text', { brokers: ['h:1'], sasl: 'plain' }, /sasl.mechanism must be one of plain, .*undef/],
      ['an unknown mechanism', { brokers: ['h:1'], sasl: { mechanism: 'gssapi' } }, /not gssapi/],
      [
        'SASL without a password',
        { brokers: ['h:1'], sasl: { mechanism: 'plain', username: 'u' } },
        /connection.sasl.password must be a text/,
      ],
      [
        'a token that is no function',
        { brokers: ['h:1'], sasl: { mechanism: 'oauthbearer', token: 'secret' } },
        /sasl.token must be a function that gives a token$/,
      ],
      ['TLS as a text', { brokers: ['h:1'], tls: 'true' }, /connection.tls .*not "true"/],
      ...[0, -1, 0.5, 2 ** 31, Infinity, Number.NaN].map<[string, unknown, RegExp]>((connectTimeoutMs) => [
        `a connection's time of ${connectTimeoutMs} ms`,
        { brokers: ['h:1'], connectTimeoutMs },
        /connectTimeoutMs must be a whole number/,
      ]),
    ])('refuses %s', (_, connection, message) => {
      expect(() => createProducer({ connection } as never)).toThrow(
        expect.objectContaining({
          code: 'INVALID_OPTIONS',
          message: expect.stringMatching(message) as string,
        }),
      )
    })

    it('says all that is wrong at once', () => {
      expect(() => createTestLinks({ brokers: ['h', 'i'], ssl: {} } as never)).toThrow(
        /ssl is not an option.*names "h".*names "i"/,
      )
    })

    it('connects with nothing that credentials name otherwise', async () => {
      await using broker = await ScriptedBroker.start()
      await using links = createTestLinks({
        brokers: [broker.seed],
        credentials: () =>
          ({ ssl: true, sasl: { mechanism: 'plain', username: 'u', password: 'p' } }) as never,
      })
      const [failure] = await failuresOf([links.open(broker.address)])
      expect(failure).toMatchObject({ code: 'LINK_CONNECT_FAILED', sent: false })
      expect(failure!.message).toMatch(/`credentials` failed: credentials.ssl is not an option/)
      expect(broker.peers).toEqual([])
    })

    it('takes the client that is there where another way is undefined', () => {
      expect(() =>
        createProducer({ kafka: undefined, links: undefined, connection: { brokers: ['h:1'] } } as never),
      ).not.toThrow()
    })

    it('refuses an empty list', () => {
      expect(() => createTestLinks({ brokers: [] })).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTIONS' }),
      )
    })

    it('walks the brokers of a kafkajs client, a list or a function, without a socket', async () => {
      const brokers = ['a.example.org:1', 'b.example.org:2', 'a.example.org:3']
      const expected = brokers.map((broker) => ({
        host: broker.split(':')[0],
        port: Number(broker.split(':')[1]),
      }))
      for (const config of [brokers, async () => brokers]) {
        await using links = createTestLinks({ kafka: new Kafka({ ...quietKafka, brokers: config }) })
        expect(await links.seeds()).toEqual(expected)
        expect(await links.seeds()).toHaveLength(3)
      }
    })
  })
})
