import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { ManualClock, silentLogger, systemClock, type Clock } from '@headwater/base'
import {
  apiVersions,
  defineApi,
  encodeResponse,
  initProducerId,
  metadata,
  produce,
} from '@headwater/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { createKafkajsLinks } from '../../src/link/kafkajs-links.ts'
import type { BrokerAddress, Link, LinkError } from '../../src/link/link.ts'
import { failuresOf } from './failures-of.ts'
import { ScriptedBroker, usualVersions, type Script } from './scripted-broker.ts'

const emptyMetadata = encodeResponse(metadata, 12, { brokers: [], topics: [] })
const body = (text: string): Uint8Array[] => [Buffer.from(text)]
const soon = { timeoutMs: 5000 }

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function openTo(
  script: Script,
  clock: Clock = systemClock,
): Promise<{ broker: ScriptedBroker; link: Link }> {
  const broker = await ScriptedBroker.start(script)
  cleanups.push(() => broker[Symbol.asyncDispose]())
  const links = createKafkajsLinks(
    { connection: { brokers: [broker.seed] } },
    { logger: silentLogger, clock },
  )
  cleanups.push(() => links.close())
  return { broker, link: await links.open(broker.address) }
}

const echo: Script = { onRequest: (request, peer) => peer.answer(request, metadata, [request.body]) }

function closing(link: Link): Promise<Error | undefined> {
  return new Promise((resolve) => link.onClose(resolve))
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

describe('Link', () => {
  it('answers with the body, without correlation id and header tags', async () => {
    const { link } = await openTo({
      onRequest: (request, peer) => peer.answer(request, metadata, emptyMetadata),
    })
    expect(Buffer.from(await link.send(metadata, 12, body(''), soon))).toEqual(Buffer.concat(emptyMetadata))
    expect(link.pending).toBe(0)
  })

  it('writes requests in the order of the calls, small and large, before `send` returns', async () => {
    const { broker, link } = await openTo(echo)
    const large = Buffer.alloc(300_000, 7)
    const sends = Array.from({ length: 60 }, (_, index) => {
      const pieces = index % 3 === 0 ? [Buffer.from(`${index}:`), large, Buffer.from('!')] : body(`${index}:`)
      return link.send(metadata, 12, pieces, soon)
    })
    expect(link.pending).toBe(60)
    const answers = await Promise.all(sends)
    expect(
      broker.requests.map(({ body }) => Number.parseInt(Buffer.from(body.subarray(0, 4)).toString())),
    ).toEqual(Array.from({ length: 60 }, (_, index) => index))
    expect(broker.requests.every(({ clientId }) => clientId === 'headwater')).toBe(true)
    expect(Buffer.from(answers[3]!)).toEqual(Buffer.concat([Buffer.from('3:'), large, Buffer.from('!')]))
  })

  it('takes a thousand requests before any answer, and gives each its own', async () => {
    const held: (() => void)[] = []
    const { link } = await openTo({
      onRequest: (request, peer) => {
        held.push(() => peer.answer(request, metadata, [request.body]))
        if (held.length === 1000) for (const release of held) release()
      },
    })
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => link.send(metadata, 12, body(String(index)), soon)),
    )
    expect(answers.map((answer) => Buffer.from(answer).toString())).toEqual(
      Array.from({ length: 1000 }, (_, index) => String(index)),
    )
  })

  it('dies of the first timeout, and everything that is pending rejects together as sent', async () => {
    const clock = new ManualClock()
    const { link } = await openTo({}, clock)
    const closed = closing(link)
    const failures = failuresOf([
      link.send(metadata, 12, body('a'), { timeoutMs: 30_000 }),
      link.send(metadata, 12, body('b'), { timeoutMs: 2000 }),
      link.send(metadata, 12, body('c'), { timeoutMs: 30_000 }),
    ])
    clock.advance(1999)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(link.state).toBe('open')
    clock.advance(1)
    await expect.poll(() => link.state).toBe('closed')
    expect((await closed) as LinkError).toMatchObject({ code: 'LINK_REQUEST_TIMEOUT' })
    for (const failure of await failures) {
      expect(failure).toMatchObject({ code: 'LINK_REQUEST_TIMEOUT', sent: true, retriable: true })
      expect(failure.message).toContain('Metadata within 2000 ms')
      expect(failure.message).toContain(`127.0.0.1:${link.address.port}`)
    }
    expect(link.state).toBe('closed')
    expect(clock.pendingTimers).toBe(0)
  })

  it('does not time out for answers that came, and watches those sent later', async () => {
    const clock = new ManualClock()
    const { link } = await openTo(
      {
        onRequest: (request, peer) =>
          request.body[0] === 97 && peer.answer(request, metadata, [request.body]),
      },
      clock,
    )
    await link.send(metadata, 12, body('a'), { timeoutMs: 1000 })
    clock.advance(900)
    const failures = failuresOf([link.send(metadata, 12, body('b'), { timeoutMs: 1000 })])
    clock.advance(500)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(link.state).toBe('open')
    clock.advance(500)
    expect((await failures)[0]).toMatchObject({ code: 'LINK_REQUEST_TIMEOUT' })
  })

  it.each([
    ['closed by the broker', (socket: { end(): void }) => socket.end()],
    ['reset by the broker', (socket: { resetAndDestroy(): unknown }) => socket.resetAndDestroy()],
  ])('rejects what is in flight at once when %s', async (_, cut) => {
    const { broker, link } = await openTo({})
    const closed = closing(link)
    const failures = failuresOf(['a', 'b', 'c'].map((text) => link.send(metadata, 12, body(text), soon)))
    await until(() => broker.requests.length === 3)
    cut(broker.peers[0]!.socket)
    for (const failure of await failures)
      expect(failure).toMatchObject({ code: 'LINK_CLOSED', sent: true, retriable: true })
    expect(await closed).toMatchObject({ code: 'LINK_CLOSED' })
    const [late] = await failuresOf([link.send(metadata, 12, body('d'), soon)])
    expect(late).toMatchObject({ code: 'LINK_CLOSED', sent: false })
  })

  it('knows which requests never left the process', async () => {
    // Megabytes to a peer that does not read: the first fills the kernel's buffers, the last never leave Node's.
    const { broker, link } = await openTo({ onRequest: (_, { socket }) => socket.pause() })
    const first = link.send(metadata, 12, body('pause'), soon)
    await until(() => broker.requests.length === 1)
    const failures = failuresOf([
      first,
      link.send(metadata, 12, [Buffer.alloc(32 * 1024 * 1024)], soon),
      link.send(metadata, 12, body('behind'), soon),
    ])
    link.destroy(new Error('enough'))
    expect((await failures).map(({ sent }) => sent)).toEqual([true, true, false])
  })

  it('takes nothing for unsent that the system may have got since', async () => {
    let resume: () => void = () => expect.fail('no request came')
    const { broker, link } = await openTo({
      onRequest: ({ body }, { socket }) => {
        if (body.length > 10 || broker.requests.length > 1) return
        socket.pause()
        resume = () => socket.resume()
      },
    })
    const first = link.send(metadata, 12, body('pause'), soon)
    await until(() => broker.requests.length === 1)
    const failures = failuresOf([
      first,
      link.send(metadata, 12, [Buffer.alloc(32 * 1024 * 1024)], soon),
      link.send(metadata, 12, body('behind'), soon),
    ])
    resume()
    await until(() => broker.requests.length === 3)
    link.destroy(new Error('enough'))
    expect((await failures).map(({ sent }) => sent)).toEqual([true, true, true])
  })

  it('does not take the process’s own standstill for the broker’s', async () => {
    // Timers run before sockets are read, so a computation as long as the timeout would kill a healthy connection.
    const worker = new Worker(new URL('./echo-worker.ts', import.meta.url))
    cleanups.push(() => worker.terminate())
    const [address] = (await once(worker, 'message')) as [BrokerAddress]
    const options = { connection: { brokers: [`${address.host}:${address.port}`] } }
    const links = createKafkajsLinks(options, { logger: silentLogger, clock: systemClock })
    cleanups.push(() => links.close())
    const link = await links.open(address)
    const answer = link.send(metadata, 12, body('a'), { timeoutMs: 150 })
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400)
    expect(Buffer.from(await answer).toString()).toBe('a')
  })

  it('rejects with the given error as cause when it is destroyed, and tells it once', async () => {
    const { link } = await openTo({})
    const told: (Error | undefined)[] = []
    link.onClose((error) => told.push(error))
    const failures = failuresOf([
      link.send(metadata, 12, body('a'), soon),
      link.send(metadata, 12, body('b'), soon),
    ])
    const why = new Error('session ends')
    link.destroy(why)
    link.destroy(new Error('again'))
    expect(link.state).toBe('closed')
    for (const failure of await failures)
      expect(failure).toMatchObject({ code: 'LINK_CLOSED', cause: why, sent: true })
    expect(told).toEqual([why])
    expect(await closing(link)).toBe(why)
  })

  it.each([
    ['an answer nobody asked for', Buffer.from([0, 0, 0, 5, 0x7f, 0, 0, 0, 0])],
    ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4])],
    ['a length below a correlation id', Buffer.from([0, 0, 0, 3, 1, 2, 3])],
    ['a length of two gigabytes', Buffer.from([0x7f, 0xff, 0xff, 0xff])],
    ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('dies of %s', async (_, garbage) => {
    const { broker, link } = await openTo({})
    const failures = failuresOf([link.send(metadata, 12, body('a'), soon)])
    await until(() => broker.requests.length === 1)
    for (const byte of garbage) broker.peers[0]!.socket.write(Buffer.from([byte]))
    const [failure] = await failures
    expect(failure).toMatchObject({ code: 'LINK_PROTOCOL_VIOLATION', sent: true })
  })

  it('dies of an answer that comes twice, and still gives the first', async () => {
    const { link } = await openTo({
      onRequest: (request, peer) => {
        if (request.body[0] !== 97) return
        peer.answer(request, metadata, [request.body])
        peer.answer(request, metadata, [request.body])
      },
    })
    const first = link.send(metadata, 12, body('a'), soon)
    const failures = failuresOf([link.send(metadata, 12, body('b'), soon)])
    expect(Buffer.from(await first).toString()).toBe('a')
    expect((await failures)[0]).toMatchObject({ code: 'LINK_PROTOCOL_VIOLATION' })
  })

  it('dies of an answer whose header tags are broken', async () => {
    const { link } = await openTo({
      onRequest: ({ correlationId }, { socket }) => {
        const frame = Buffer.from([0, 0, 0, 7, 0, 0, 0, 0, 5, 0xff, 0xff])
        frame.writeInt32BE(correlationId, 4)
        socket.write(frame)
      },
    })
    expect((await failuresOf([link.send(metadata, 12, body('a'), soon)]))[0]).toMatchObject({
      code: 'LINK_PROTOCOL_VIOLATION',
      sent: true,
    })
  })

  it('takes an answer that comes byte by byte', async () => {
    const { link } = await openTo({
      onRequest: ({ correlationId }, { socket }) => {
        const frame = Buffer.from([0, 0, 0, 7, 0, 0, 0, 0, 0, 42, 43])
        frame.writeInt32BE(correlationId, 4)
        for (const byte of frame) socket.write(Buffer.from([byte]))
      },
    })
    expect([...(await link.send(metadata, 12, body('a'), soon))]).toEqual([42, 43])
  })

  it('resolves a request without an answer once it is written, and keeps the order around it', async () => {
    const { broker, link } = await openTo({
      onRequest: (request, peer) =>
        request.apiKey === metadata.key && peer.answer(request, metadata, [request.body]),
    })
    const silent = link.send(produce, 9, body('no answer'), { ...soon, expectResponse: false })
    const answered = link.send(metadata, 12, body('answer'), soon)
    expect(await silent).toHaveLength(0)
    await answered
    expect(link.pending).toBe(0)
    expect(broker.requests.map(({ apiKey }) => apiKey)).toEqual([produce.key, metadata.key])
  })

  describe('end', () => {
    it('waits for the answers, takes no more requests, and closes without an error', async () => {
      let release: () => void = () => expect.fail('no request came')
      const { broker, link } = await openTo({
        onRequest: (request, peer) => (release = () => peer.answer(request, metadata, [request.body])),
      })
      const told: unknown[] = []
      link.onClose((error) => told.push(error))
      const answer = link.send(metadata, 12, body('a'), soon)
      await until(() => broker.requests.length === 1)
      const ended = link.end(5000)
      expect(link.state).toBe('ending')
      expect((await failuresOf([link.send(metadata, 12, body('b'), soon)]))[0]).toMatchObject({ sent: false })
      expect(told).toEqual([])
      release()
      expect(Buffer.from(await answer).toString()).toBe('a')
      await ended
      expect(link.state).toBe('closed')
      expect(told).toEqual([undefined])
      await link.end(0)
    })

    it('gives up on answers after its time', async () => {
      const clock = new ManualClock()
      const { link } = await openTo({}, clock)
      const failures = failuresOf([link.send(metadata, 12, body('a'), soon)])
      const ended = link.end(200)
      clock.advance(200)
      await ended
      expect((await failures)[0]).toMatchObject({ code: 'LINK_CLOSED', sent: true })
      expect(clock.pendingTimers).toBe(0)
    })

    it('does not hang when the broker goes away meanwhile', async () => {
      const clock = new ManualClock()
      const { broker, link } = await openTo({}, clock)
      const failures = failuresOf([link.send(metadata, 12, body('a'), soon)])
      const ended = link.end(60_000)
      broker.peers[0]!.socket.resetAndDestroy()
      await ended
      expect((await failures)[0]).toMatchObject({ code: 'LINK_CLOSED', sent: true })
      expect(clock.pendingTimers).toBe(0)
    })
  })

  describe('pick', () => {
    const strange = defineApi({ key: 77, name: 'Strange', versions: [2, 5], request: {}, response: {} })

    it.each([
      [[0, 9], 5],
      [[0, 4], 4],
      [[5, 9], 5],
      [[0, 2], 2],
    ])(
      'takes the newest of v2 to v5 that a broker with v%j has',
      async ([minVersion, maxVersion], expected) => {
        const range = { apiKey: 77, minVersion: minVersion!, maxVersion: maxVersion! }
        const { link } = await openTo({ versions: () => [...usualVersions, range] })
        expect(link.pick(strange)).toBe(expected)
      },
    )

    it.each([[[6, 9]], [[0, 1]], [undefined]])('throws for %j', async (range) => {
      const extra = range === undefined ? [] : [{ apiKey: 77, minVersion: range[0]!, maxVersion: range[1]! }]
      const { link } = await openTo({ versions: () => [...usualVersions, ...extra] })
      expect(() => link.pick(strange)).toThrow(
        expect.objectContaining({ code: 'LINK_UNSUPPORTED_API', retriable: false, sent: false }),
      )
      expect(link.state).toBe('open')
    })
  })

  it('knows the versions of its own broker, not those of the first that answered', async () => {
    const broker = await ScriptedBroker.start({
      versions: ({ index }) => [
        { apiKey: apiVersions.key, minVersion: 0, maxVersion: 4 },
        { apiKey: initProducerId.key, minVersion: 0, maxVersion: index },
      ],
    })
    cleanups.push(() => broker[Symbol.asyncDispose]())
    const links = createKafkajsLinks(
      { connection: { brokers: [broker.seed] } },
      { logger: silentLogger, clock: systemClock },
    )
    cleanups.push(() => links.close())
    for (const newest of [0, 1, 2]) {
      const link = await links.open(broker.address)
      expect(link.versions.get(initProducerId.key)).toEqual([0, newest])
    }
  })
})
