import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { metadata } from '@headwater/protocol'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { failuresOf } from './failures-of.ts'
import { ScriptedBroker } from './scripted-broker.ts'
import { createTestLinks } from './test-links.ts'

const quietKafka = { logLevel: logLevel.NOTHING, logCreator: () => () => undefined }

describe('createKafkajsLinks with a kafkajs client of the user', () => {
  it('uses its socket factory and client id, sets TCP_NODELAY, and leaves its logger alone', async () => {
    await using broker = await ScriptedBroker.start({ onRequest: (_, { socket }) => socket.destroy() })
    const asked: unknown[] = []
    const lines: unknown[] = []
    const kafka = new Kafka({
      brokers: [broker.seed],
      clientId: 'theirs',
      logLevel: logLevel.DEBUG,
      logCreator: () => (line) => lines.push(line),
      socketFactory: ({ host, port, onConnect }) => {
        asked.push(port)
        const socket = new Socket()
        socket.setNoDelay = () => {
          asked.push('no delay')
          return socket
        }
        return socket.connect(port, host, onConnect)
      },
    })
    await using links = createTestLinks({ kafka })
    const link = await links.open(broker.address)
    await failuresOf([link.send(metadata, 12, [], { timeoutMs: 5000 })])
    expect(asked).toEqual([broker.address.port, 'no delay'])
    expect(broker.requests[0]).toMatchObject({ clientId: 'theirs' })
    expect(lines).toEqual([])
  })

  it('has closed its socket when `end` and `close` resolve', async () => {
    await using broker = await ScriptedBroker.start()
    let closedSockets = 0
    const kafka = new Kafka({
      ...quietKafka,
      brokers: [broker.seed],
      socketFactory: ({ host, port, onConnect }) =>
        new Socket().connect(port, host, onConnect).once('close', () => closedSockets++),
    })
    await using links = createTestLinks({ kafka })
    const ended = await links.open(broker.address)
    await links.open(broker.address)
    await ended.end(1000)
    expect(closedSockets).toBe(1)
    await links.close()
    expect(closedSockets).toBe(2)
  })

  it('replaces its timeouts by ours, which cover more', async () => {
    const soon = (run: () => void): void => void setTimeout(run, 150)
    await using broker = await ScriptedBroker.start({
      onRequest: (request, peer) => soon(() => peer.answer(request, metadata, [request.body])),
    })
    const kafka = new Kafka({
      ...quietKafka,
      brokers: [broker.seed],
      connectionTimeout: 1,
      requestTimeout: 1,
      socketFactory: ({ host, port, onConnect }) => {
        const socket = new Socket()
        soon(() => socket.connect(port, host, onConnect))
        return socket
      },
    })
    await using links = createTestLinks({ kafka })
    const link = await links.open(broker.address)
    const answer = await link.send(metadata, 12, [Buffer.from('a')], { timeoutMs: 5000 })
    expect(Buffer.from(answer).toString()).toBe('a')
  })

  it('refuses what is no kafkajs 2.2.4 with a sentence that says what to install', () => {
    for (const kafka of [{}, new (class Kafka {})()]) {
      expect(() => createTestLinks({ kafka: kafka as Kafka })).toThrow(
        expect.objectContaining({
          code: 'LINK_UNSUPPORTED_KAFKAJS',
          retriable: false,
          message: expect.stringContaining('"kafkajs": "2.2.4"'),
        }),
      )
    }
  })

  it('takes another copy of kafkajs for what its own manifest says it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headwater-kafkajs-'))
    try {
      const original = dirname(createRequire(import.meta.url).resolve('kafkajs/package.json'))
      for (const version of ['2.2.4', '2.2.3']) {
        const copy = join(folder, version)
        await cp(original, copy, { recursive: true })
        await writeFile(join(copy, 'package.json'), JSON.stringify({ name: 'kafkajs', version, bugs: '' }))
        const other = createRequire(import.meta.url)(copy) as { Kafka: typeof Kafka }
        const kafka = new other.Kafka({ ...quietKafka, brokers: ['a.example.org:1'] })
        if (version === '2.2.4') {
          await using links = createTestLinks({ kafka })
          expect(await links.seeds()).toHaveLength(1)
        } else {
          expect(() => createTestLinks({ kafka })).toThrow(/the Kafka object is of kafkajs 2\.2\.3/)
        }
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('takes a class of the user that extends Kafka', async () => {
    class Theirs extends Kafka {}
    await using links = createTestLinks({
      kafka: new Theirs({ ...quietKafka, brokers: ['a.example.org:1'] }),
    })
    expect(await links.seeds()).toHaveLength(1)
  })
})
