import { connect } from 'node:net'
import { once } from 'node:events'
import { startControl, startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { Kafka, logLevel } from 'kafkajs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askControl, type Answer } from './ask-control.ts'

let kafka: EmbeddedKafka
let control: Awaited<ReturnType<typeof startControl>>

beforeEach(async () => {
  kafka = await startKafka({ brokers: 2, topics: { orders: { partitions: 2, replicationFactor: 2 } } })
  control = await startControl(kafka)
})

afterEach(async () => {
  await control.close()
  await kafka.close()
})

const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
  askControl(control, method, path, body)

async function send(value: string | Buffer, clientId = 'test'): Promise<void> {
  const client = new Kafka({
    clientId,
    brokers: kafka.bootstrapServers.split(','),
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 10 },
  })
  const producer = client.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ key: 'o-17', partition: 0, value }] })
  await producer.disconnect()
}

describe('startControl', () => {
  it('orders a fault that an unmodified client suffers, and tells that it fired', async () => {
    const ordered = await ask('POST', '/faults', {
      api: 'Produce',
      scope: { topic: 'orders' },
      verb: 'loseResponse',
    })
    expect(ordered).toMatchObject({ status: 201, body: { id: 1, fired: 0, spent: false } })
    expect((await ask('GET', '/faults')).body.spent).toBe(false)
    expect(String(kafka.faults.orders[0])).toBe('fault#1 on Produce topic=orders')
    await send('placed')
    expect((await ask('GET', '/faults')).body).toMatchObject({
      fired: 1,
      spent: true,
      faults: [{ id: 1, api: 'Produce', scope: { topic: 'orders' }, verb: 'loseResponse', fired: 1 }],
    })
    expect(kafka.journal.count('Produce')).toBe(2)
    expect((await ask('GET', '/records/orders')).body).toMatchObject({
      total: 1,
      records: [{ partition: 0, offset: '0', key: 'o-17', value: 'placed', headers: [] }],
    })
  })

  it.each([
    ['reply', ['NOT_LEADER_OR_FOLLOWER']],
    ['applyThenReply', ['NOT_ENOUGH_REPLICAS_AFTER_APPEND']],
    ['loseRequest', []],
    ['loseResponse', []],
    ['cutResponseAfter', [3]],
    ['delayRequest', [5]],
    ['delayResponse', [5]],
    ['throttle', [5]],
    ['script', [[{ reply: 'REQUEST_TIMED_OUT' }, 'loseRequest', { delayResponseMs: 1 }]]],
  ])('carries the verb %s out', async (verb, args) => {
    const { status } = await ask('POST', '/faults', { api: 'Produce', verb, args })
    expect(status).toBe(201)
    await send('placed')
    const { body } = await ask('GET', '/faults')
    expect(body).toMatchObject({ spent: true, fired: verb === 'script' ? 3 : 1, faults: [{ verb, args }] })
    expect(await kafka.records('orders')).toHaveLength(1)
    expect(kafka.journal.toString()).toContain(verb === 'script' ? 'reply REQUEST_TIMED_OUT' : verb)
  })

  it.each(['hold', 'holdBeforeReply'])('holds a request by %s until it is released', async (verb) => {
    const { body: fault } = await ask('POST', '/faults', { api: 'Produce', verb })
    expect(fault.gate).toEqual({ reached: false, released: false })
    const sent = send('placed')
    await expect.poll(async () => (await ask('GET', `/faults/${fault.id}`)).body.gate.reached).toBe(true)
    expect(await kafka.records('orders')).toHaveLength(verb === 'hold' ? 0 : 1)
    const { body } = await ask('POST', `/faults/${fault.id}/release`)
    expect(body.gate).toEqual({ reached: true, released: true })
    await sent
    expect(await kafka.records('orders')).toHaveLength(1)
  })

  it('orders as often as it is told, or with a share, or without a duty to fire', async () => {
    await ask('POST', '/faults', { api: 'Produce', verb: 'loseRequest', times: 3 })
    await send('placed')
    expect((await ask('GET', '/faults')).body.fired).toBe(3)
    expect((await ask('DELETE', '/faults')).status).toBe(204)
    await ask('POST', '/faults', { api: 'Produce', verb: 'delayResponse', args: [1], times: 'always' })
    const never = { share: 0, seed: 7 }
    await ask('POST', '/faults', { api: 'Produce', verb: 'loseRequest', probability: never })
    await ask('POST', '/faults', { api: 'Fetch', verb: 'loseRequest', maybe: true })
    // An order that need not fire never fired at all: it counted as spent from the beginning.
    await ask('POST', '/faults', { api: 'Metadata', verb: 'delayResponse', args: [1], maybe: true })
    await send('placed')
    await send('placed')
    const { body } = await ask('GET', '/faults')
    expect(body).toMatchObject({
      spent: true,
      faults: [{ fired: 2 }, { fired: 0 }, { fired: 0 }, { fired: 1 }],
    })
  })

  it('narrows a fault to a broker, a partition and a client', async () => {
    const scope = {
      topic: 'orders',
      partition: 0,
      broker: kafka.partition('orders', 0).leader,
      clientId: 'a',
    }
    await ask('POST', '/faults', { api: 'Produce', verb: 'loseRequest', scope })
    await send('placed', 'b')
    expect((await ask('GET', '/faults')).body.fired).toBe(0)
    await send('placed', 'a')
    expect((await ask('GET', '/faults')).body.fired).toBe(1)
  })

  it('stops, starts, freezes, thaws and slows brokers', async () => {
    expect((await ask('POST', '/brokers/2/stop')).body).toMatchObject({ id: 2, running: false })
    expect(kafka.partition('orders', 0).inSync).toEqual([1])
    expect((await ask('POST', '/brokers/2/start')).body).toMatchObject({ id: 2, running: true })
    await ask('POST', '/brokers/1/freeze')
    await ask('POST', '/brokers/1/thaw')
    await ask('POST', '/brokers/1/network', { latencyMs: 1 })
    const { entries } = (await ask('GET', '/journal')).body
    const events = entries.flatMap((entry: { kind: string; text: string }) =>
      entry.kind === 'event' ? [entry.text] : [],
    )
    expect(events.slice(-5)).toEqual([
      'broker 2 stopped',
      'broker 2 started',
      'broker 1 frozen',
      'broker 1 thawed',
      'broker 1 network latencyMs 1',
    ])
    expect((await ask('GET', '/brokers/1')).body).toEqual({
      id: 1,
      host: '127.0.0.1',
      port: kafka.broker(1).port,
      running: true,
    })
  })

  it('creates topics and moves leaders', async () => {
    const topic = { name: 'flows', partitions: 3, replicationFactor: 2, config: { 'retention.ms': '1000' } }
    expect(await ask('POST', '/topics', topic)).toEqual({ status: 201, body: { name: 'flows' } })
    expect(kafka.partition('flows', 2).replicas).toHaveLength(2)
    const before = (await ask('GET', '/partitions/flows/2')).body
    const broker = before.leader === 1 ? 2 : 1
    expect(await ask('POST', '/partitions/flows/2/leader', { broker })).toEqual({
      status: 200,
      body: { ...before, leader: broker, leaderEpoch: before.leaderEpoch + 1 },
    })
  })

  it('shows bytes that are no text as base64, and pages through records', async () => {
    for (const value of ['a', Buffer.from([0xff, 0]), 'c']) await send(value)
    const { body } = await ask('GET', '/records/orders?partition=0&skip=1&limit=1')
    expect(body).toMatchObject({ total: 3, records: [{ offset: '1', value: { base64: '/wA=' } }] })
    expect((await ask('GET', '/records/orders?partition=1')).body.total).toBe(0)
  })

  it('shows the newest entries of the journal, of one request if wanted, and forgets them', async () => {
    await send('placed')
    const { entries } = (await ask('GET', '/journal?api=Produce&limit=1')).body
    expect(entries).toMatchObject([{ kind: 'request', api: 'Produce', clientId: 'test' }])
    expect((await ask('GET', '/journal?limit=0')).body.entries).toEqual([])
    expect((await ask('DELETE', '/journal')).status).toBe(204)
    expect(kafka.journal.entries).toEqual([])
  })

  it.each([
    [{}, 'api is missing; it must be one of: '],
    [[], 'the body is []; it must be an object'],
    [{ api: 'Sing', verb: 'reply' }, 'api is "Sing"; it must be one of: Produce, Fetch'],
    [{ api: 'Produce', verb: 'explode' }, 'verb is "explode"; it must be one of: reply, '],
    [{ api: 'Produce', verb: 'constructor' }, 'verb is "constructor"'],
    [{ api: 'Produce', verb: 'loseRequest', tiems: 2 }, 'tiems is unknown; there are: api, scope, verb'],
    [{ api: 'Produce', verb: 'loseRequest', times: 0 }, 'times is 0; it must be a whole number from 1'],
    [{ api: 'Produce', verb: 'loseRequest', args: [1] }, 'args must be empty'],
    [{ api: 'Produce', verb: 'reply' }, 'args must hold one value'],
    [{ api: 'Produce', verb: 'reply', args: ['NONE'] }, 'args[0] is "NONE"; it must be one of: Kafka\'s'],
    [{ api: 'Produce', verb: 'delayResponse', args: ['5'] }, 'args[0] is "5"; it must be a whole number'],
    [{ api: 'Produce', verb: 'script', args: [[]] }, 'an empty script'],
    [{ api: 'Produce', verb: 'script', args: [['pass', 'fail']] }, 'args[0][1] is "fail"'],
    [{ api: 'Produce', verb: 'script', args: [[{ explode: 1 }]] }, 'args[0][0] is no step'],
    [{ api: 'Produce', verb: 'script', args: [[{ reply: 'NO' }]] }, 'args[0][0].reply is "NO"'],
    [{ api: 'Produce', verb: 'hold', times: 2 }, 'times and probability do not go with hold'],
    [{ api: 'Produce', verb: 'loseRequest', scope: { partition: 0 } }, 'scope.topic is missing'],
    [{ api: 'Produce', verb: 'loseRequest', scope: { topic: 5 } }, 'scope.topic is 5'],
    [
      { api: 'Produce', verb: 'loseRequest', times: 1, probability: { share: 1, seed: 1 } },
      'times and probability exclude each other',
    ],
    [
      { api: 'Produce', verb: 'loseRequest', probability: { share: 2, seed: 1 } },
      'probability.share is 2; it must be a number from 0 to 1',
    ],
  ])('refuses the order %j with 400 and orders nothing', async (order, message) => {
    const { status, body } = await ask('POST', '/faults', order)
    expect({ status, code: body.error?.code }).toEqual({ status: 400, code: 'INVALID_REQUEST' })
    expect(body.error.message).toContain(message)
    expect(kafka.faults.orders).toEqual([])
  })

  it.each([
    ['GET', '/nothing', undefined, 404, 'UNKNOWN_ROUTE'],
    ['PUT', '/faults', undefined, 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/faults/7', undefined, 404, 'UNKNOWN_FAULT'],
    ['POST', '/brokers/9/stop', undefined, 404, 'UNKNOWN_BROKER'],
    ['POST', '/brokers/one/stop', undefined, 400, 'INVALID_REQUEST'],
    ['POST', '/brokers/1/network', { latencyMs: -1 }, 400, 'INVALID_REQUEST'],
    ['POST', '/topics', { name: 'orders' }, 409, 'TOPIC_ALREADY_EXISTS'],
    ['POST', '/topics', { name: 'a/b' }, 400, 'INVALID_TOPIC_EXCEPTION'],
    ['POST', '/topics', { name: 'a', replicationFactor: 3 }, 400, 'INVALID_REPLICATION_FACTOR'],
    ['POST', '/topics', { name: 'a', config: { 'retention.ms': 5 } }, 400, 'INVALID_REQUEST'],
    ['GET', '/records/nothing', undefined, 404, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['GET', '/records/orders?partition=9', undefined, 404, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['GET', '/records/orders?limit=-1', undefined, 400, 'INVALID_REQUEST'],
    ['GET', '/records/%E0', undefined, 400, 'INVALID_REQUEST'],
    ['GET', '/journal?limit=1&limit=2', undefined, 400, 'INVALID_REQUEST'],
    ['POST', '/partitions/orders/0/leader', { broker: 9 }, 409, 'ELIGIBLE_LEADERS_NOT_AVAILABLE'],
    ['POST', '/partitions/orders/0/leader', undefined, 400, 'INVALID_REQUEST'],
  ] as const)('answers %s %s (%j) with %i %s', async (method, path, sent, status, code) => {
    const answer = await ask(method, path, sent)
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
  })

  it('refuses to release a fault that holds nothing', async () => {
    const { body } = await ask('POST', '/faults', { api: 'Produce', verb: 'loseRequest' })
    expect((await ask('POST', `/faults/${body.id}/release`)).body.error.code).toBe('NO_GATE')
  })

  it('refuses bodies that are not JSON, not said to be, or too large', async () => {
    const post = (body: string | Buffer, type = 'application/json'): Promise<Response> =>
      fetch(`${control.url}/faults`, { method: 'POST', body, headers: { 'content-type': type } })
    expect((await post('{')).status).toBe(400)
    expect((await post('{}', 'text/plain')).status).toBe(415)
    expect((await post(Buffer.alloc(65_537, 0x20))).status).toBe(413)
    // Without a declared length the bytes are counted as they come.
    const stream = new ReadableStream({
      pull: (queue) => queue.enqueue(Buffer.alloc(16_384, 0x20)),
    })
    const init = {
      method: 'POST',
      body: stream,
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    }
    expect((await fetch(`${control.url}/faults`, init as RequestInit)).status).toBe(413)
  })

  it('takes larger bodies when it is told to', async () => {
    await using other = await startControl(kafka, { maxBodyBytes: 100_000 })
    const body = `${' '.repeat(70_000)}${JSON.stringify({ name: 'large' })}`
    const headers = { 'content-type': 'application/json' }
    const { status } = await fetch(`${other.url}/topics`, { method: 'POST', body, headers })
    expect(status).toBe(201)
  })

  it('refuses what a web page sends, by its origin or by a host name of its own', async () => {
    const headers = { origin: 'https://example.com' }
    const page = await fetch(`${control.url}/brokers/1/stop`, { method: 'POST', headers })
    expect(page.status).toBe(403)
    const socket = connect(control.port, '127.0.0.1')
    socket.end('POST /brokers/1/stop HTTP/1.1\r\nHost: rebound.example.com\r\nConnection: close\r\n\r\n')
    const [first] = (await once(socket, 'data')) as [Buffer]
    expect(String(first)).toMatch(/^HTTP\/1\.1 403 /)
    socket.destroy()
    expect(kafka.broker(1).running).toBe(true)
  })

  it('takes the port that it is told, says when it is taken, and lists its routes', async () => {
    await expect(startControl(kafka, { port: control.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    const { port } = control
    await control.close()
    control = await startControl(kafka, { port })
    expect(control.port).toBe(port)
    const { body } = await ask('GET', '/')
    expect(body.bootstrapServers).toBe(kafka.bootstrapServers)
    expect(body.routes).toContain('POST /faults')
  })

  it('closes with a request under way, and a second close is the same', async () => {
    const slow = connect(control.port, '127.0.0.1')
    await once(slow, 'connect')
    slow.write('POST /faults HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n{')
    const cut = once(slow, 'close')
    // A cut is what is waited for; how it looks to the sender does not matter.
    slow.on('error', () => undefined)
    slow.resume()
    await ask('GET', '/')
    const closing = control.close()
    expect(control.close()).toBe(closing)
    await Promise.all([closing, cut])
    await expect(ask('GET', '/')).rejects.toThrow()
  })
})
