import { readFile } from 'node:fs/promises'
import { startControl, startKafka, type ControlEndpoint, type EmbeddedKafka } from '@headwater/embedded'
import { Kafka, logLevel } from 'kafkajs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askControl, type Answer } from './ask-control.ts'

let kafka: EmbeddedKafka
let control: ControlEndpoint

beforeEach(async () => {
  const topics = { orders: { partitions: 2, replicationFactor: 3 } }
  kafka = await startKafka({ brokers: 3, registry: true, topics })
  control = await startControl(kafka)
})

afterEach(async () => {
  await control.close()
  await kafka.close()
})

const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
  askControl(control, method, path, body)

function newClient(): Kafka {
  const brokers = kafka.bootstrapServers.split(',')
  return new Kafka({ clientId: 'test', brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 10 } })
}

async function send(...values: readonly string[]): Promise<void> {
  const producer = newClient().producer()
  await producer.connect()
  await producer.send({ topic: 'orders', messages: values.map((value) => ({ partition: 0, value })) })
  await producer.disconnect()
}

describe('the routes of the control endpoint', () => {
  it('order by every verb that a fault has', async () => {
    const order = kafka.faults.on('Produce')
    const verbs = Object.getOwnPropertyNames(Object.getPrototypeOf(order)).filter(
      (name) => name !== 'constructor',
    )
    const { body } = await ask('POST', '/faults', { api: 'Produce', verb: 'none' })
    const offered = /one of: (.*)$/.exec(body.error.message)?.[1]?.split(', ')
    expect(offered?.toSorted()).toEqual(verbs.toSorted())
  })

  it('stand in the README, every one', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const { body } = await ask('GET', '/')
    const missing = (body.routes as string[]).filter(
      (route) => !readme.includes(`\`${route.replaceAll(/:(\w+)/g, '{$1}')}`),
    )
    expect(missing).toEqual([])
  })

  it('lift one order and leave the others', async () => {
    const { body: first } = await ask('POST', '/faults', { api: 'Produce', verb: 'loseRequest' })
    await ask('POST', '/faults', { api: 'Produce', verb: 'delayResponse', args: [1] })
    expect((await ask('DELETE', `/faults/${first.id}`)).status).toBe(204)
    await send('placed')
    expect((await ask('GET', '/faults')).body).toMatchObject({
      spent: true,
      faults: [{ fired: 0 }, { fired: 1 }],
    })
  })

  it('lift an order that holds a request, which goes on', async () => {
    const { body: fault } = await ask('POST', '/faults', { api: 'Produce', verb: 'hold' })
    const sent = send('placed')
    await expect.poll(async () => (await ask('GET', `/faults/${fault.id}`)).body.gate.reached).toBe(true)
    await ask('DELETE', `/faults/${fault.id}`)
    await sent
    expect(await kafka.records('orders')).toHaveLength(1)
  })

  it('find the requests of one transactional id', async () => {
    const scope = { transactionalId: 'other' }
    await ask('POST', '/faults', { api: 'InitProducerId', verb: 'delayResponse', args: [1], scope })
    const init = async (transactionalId: string): Promise<void> => {
      const producer = newClient().producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 })
      await producer.connect()
      await (await producer.transaction()).abort()
      await producer.disconnect()
    }
    await init('mine')
    expect((await ask('GET', '/faults')).body.fired).toBe(0)
    await init('other')
    expect((await ask('GET', '/faults')).body.fired).toBe(1)
  })

  it('shape the network of a broker', async () => {
    const shape = { latencyMs: 1, jitterMs: 2, seed: 3, bytesPerSecond: 4_000_000, sliceBytes: 5 }
    expect((await ask('POST', '/brokers/1/network', shape)).status).toBe(200)
    expect(kafka.journal.entries.at(-1)?.text).toBe(
      'broker 1 network latencyMs 1, jitterMs 2, seed 3, bytesPerSecond 4000000, sliceBytes 5',
    )
    expect((await ask('POST', '/brokers/1/network')).status).toBe(200)
    expect(kafka.journal.entries.at(-1)?.text).toBe('broker 1 network as it is')
  })

  it('let a broker tell of the past, and of the present again', async () => {
    await ask('POST', '/brokers/2/stale-metadata')
    expect(kafka.journal.entries.at(-1)?.text).toBe('broker 2 metadata stale')
    await ask('POST', '/brokers/2/fresh-metadata')
    expect(kafka.journal.entries.at(-1)?.text).toMatch(/^broker 2 metadata (?!stale)/)
  })

  it('move the controller', async () => {
    const admin = newClient().admin()
    await admin.connect()
    for (const broker of [2, 3]) {
      expect((await ask('POST', '/controller', { broker })).status).toBe(204)
      expect((await admin.describeCluster()).controller).toBe(broker)
    }
    await admin.disconnect()
    expect((await ask('POST', '/controller', { broker: 9 })).body.error.code).toBe('UNKNOWN_BROKER')
  })

  it('grow and delete topics', async () => {
    expect((await ask('POST', '/topics/orders/partitions', { partitions: 5 })).status).toBe(204)
    expect(kafka.partition('orders', 4).index).toBe(4)
    const again = await ask('POST', '/topics/orders/partitions', { partitions: 5 })
    expect([again.status, again.body.error.code]).toEqual([400, 'INVALID_PARTITIONS'])
    expect((await ask('DELETE', '/topics/orders')).status).toBe(204)
    expect((await ask('DELETE', '/topics/orders')).status).toBe(404)
  })

  it('change leader, in-sync replicas and beginning of a partition', async () => {
    await send('a', 'b', 'c')
    const { leader } = kafka.partition('orders', 0)
    const path = '/partitions/orders/0'
    expect((await ask('POST', `${path}/in-sync`, { brokers: [leader] })).body.inSync).toEqual([leader])
    expect((await ask('POST', `${path}/in-sync`, { brokers: [] })).body.error.code).toBe(
      'INVALID_REPLICA_ASSIGNMENT',
    )
    const begun = (await ask('POST', `${path}/start`, { offset: 2 })).body
    expect(begun).toMatchObject({ startOffset: '2', endOffset: '3', lastStableOffset: '3' })
    expect((await ask('GET', '/records/orders')).body.records).toMatchObject([{ offset: '2', value: 'c' }])
    expect((await ask('POST', `${path}/start`, { offset: 4 })).body.error.code).toBe('OFFSET_OUT_OF_RANGE')
    expect((await ask('POST', `${path}/leaderless`)).body.leader).toBe(-1)
  })

  it('move and take away the coordinators of groups and transactions, and delay markers', async () => {
    for (const path of ['/groups/g', '/transactions/t']) {
      for (const broker of [1, 2]) {
        expect((await ask('POST', `${path}/coordinator`, { broker })).body.coordinator).toBe(broker)
      }
      expect((await ask('POST', `${path}/unavailable`)).body.coordinator).toBe(-1)
      await ask('POST', `${path}/coordinator`, { broker: 1 })
      expect((await ask('GET', path)).body.coordinator).toBe(1)
    }
    expect((await ask('POST', '/transactions/t/delay-markers', { ms: 5 })).status).toBe(200)
    const producer = newClient().producer({ transactionalId: 't', idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    const transaction = await producer.transaction()
    await transaction.send({ topic: 'orders', messages: [{ partition: 0, value: 'taken back' }] })
    expect((await ask('GET', '/transactions/t')).body).toMatchObject({ id: 't', state: 'Ongoing' })
    await transaction.abort()
    await producer.disconnect()
    expect((await ask('GET', '/faults')).body.fired).toBe(1)
    expect((await ask('GET', '/records/orders')).body.total).toBe(1)
    expect((await ask('GET', '/records/orders?isolation=read_committed')).body.total).toBe(0)
  })
})

describe('the faults of the registry over HTTP', () => {
  const subjects = (): Promise<Response> => fetch(`${kafka.registryUrl}/subjects`)

  it('strike as often as ordered, with the answer that was ordered', async () => {
    const answer = { error_code: 50301, message: 'later' }
    const order = { request: 'GET /subjects', verb: 'reply', args: [503, answer], times: 2 }
    expect((await ask('POST', '/registry/faults', order)).status).toBe(201)
    expect((await ask('GET', '/registry/faults')).body).toEqual({
      spent: false,
      left: expect.stringContaining('GET /subjects'),
    })
    for (const status of [503, 503, 200]) {
      const response = await subjects()
      expect(response.status).toBe(status)
      expect(await response.json()).toEqual(status === 200 ? [] : answer)
    }
    expect((await ask('GET', '/registry/faults')).body).toEqual({ spent: true })
  })

  it.each([
    ['replyHtml', [502, '<p>proxy</p>'], 502],
    ['delay', [5], 200],
    ['dropConnection', [], 'cut'],
    ['loseResponse', [], 'cut'],
  ] as const)('carry the verb %s out', async (verb, args, expected) => {
    await ask('POST', '/registry/faults', { request: 'GET /subjects', verb, args })
    const seen = await subjects().then(
      ({ status }) => status,
      () => 'cut',
    )
    expect(seen).toBe(expected)
    expect((await ask('GET', '/registry/faults')).body).toEqual({ spent: true })
  })

  it('can be taken back, always strike, or need not', async () => {
    await ask('POST', '/registry/faults', { request: 'GET /subjects', verb: 'hang' })
    expect((await ask('DELETE', '/registry/faults')).status).toBe(204)
    await ask('POST', '/registry/faults', { request: 'GET /config', verb: 'reply', args: [500], maybe: true })
    expect((await ask('GET', '/registry/faults')).body).toEqual({ spent: true })
    await ask('POST', '/registry/faults', {
      request: 'GET /subjects',
      verb: 'reply',
      args: [500],
      times: 'always',
    })
    expect([(await subjects()).status, (await subjects()).status]).toEqual([500, 500])
  })

  it.each([
    [{ verb: 'hang' }, 'request is missing'],
    [{ request: 'subjects', verb: 'hang' }, 'request: "subjects" is no request pattern'],
    [{ request: 'GET /subjects', verb: 'sing' }, 'verb is "sing"'],
    [{ request: 'GET /subjects', verb: 'reply' }, 'args[0] is missing'],
    [{ request: 'GET /subjects', verb: 'reply', args: [99] }, 'args[0] is 99'],
    [{ request: 'GET /subjects', verb: 'hang', args: [1] }, 'args must hold at most 0'],
    [{ request: 'GET /subjects', verb: 'hang', times: 0 }, 'times is 0'],
  ])('refuse %j', async (order, message) => {
    const { status, body } = await ask('POST', '/registry/faults', order)
    expect([status, body.error.message]).toEqual([400, expect.stringContaining(message)])
    expect((await ask('GET', '/registry/faults')).body).toEqual({ spent: true })
  })

  it('are not there without a registry', async () => {
    await using bare = await startKafka()
    await using other = await startControl(bare)
    const { status, body } = await askControl(other, 'GET', '/registry/faults')
    expect([status, body.error.code]).toEqual([404, 'NO_REGISTRY'])
  })
})
