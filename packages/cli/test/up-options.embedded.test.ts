import { Kafka, logLevel } from 'kafkajs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isOpen } from './free-ports.ts'
import { refused, up, type Up } from './run-up.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-up-'))
})

afterEach(() => rm(folder, { recursive: true }))

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

function clientOf({ port }: Up): Kafka {
  return new Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 5 },
  })
}

describe('headwater up --control-port', () => {
  it('orders faults over HTTP that a client suffers, and ends by a signal with clients connected', async () => {
    await using running = await up('--topic', 'orders', '--control-port', 'CONTROL')
    const control = `http://127.0.0.1:${running.controlPort}`
    expect(running.printed).toContain(control)
    const order = { api: 'Produce', scope: { topic: 'orders' }, verb: 'loseResponse' }
    const { status } = await fetch(`${control}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    })
    expect(status).toBe(201)
    const producer = clientOf(running).producer({ idempotent: true })
    await producer.connect()
    await producer.send({ topic: 'orders', messages: [{ value: 'placed' }] })
    expect(await (await fetch(`${control}/faults`)).json()).toMatchObject({ fired: 1, spent: true })
    expect(await (await fetch(`${control}/records/orders`)).json()).toMatchObject({ total: 1 })
    expect(await running.end('SIGTERM')).toEqual({ exitCode: 0, last: 'Stopped.' })
    await producer.disconnect()
    expect(await isOpen(running.controlPort)).toBe(false)
  })

  it('opens no endpoint unless it is told to', async () => {
    await using running = await up()
    expect(running.printed).not.toContain('Control')
    expect(await isOpen(running.controlPort)).toBe(false)
    expect(await running.end('SIGINT')).toEqual({ exitCode: 0, last: 'Stopped.' })
  })
})

describe('headwater up --topics', () => {
  it('creates the topics of a file beside those of --topic', async () => {
    const topics = { orders: { partitions: 3, config: { 'retention.ms': '60000' } }, flows: {} }
    const path = await file('topics.json', JSON.stringify(topics))
    await using running = await up('--topics', path, '--topic', 'more:2')
    expect(running.printed).toMatch(/^Topic +orders, partitions: 3$/m)
    const admin = clientOf(running).admin()
    await admin.connect()
    const found = (await admin.fetchTopicMetadata()).topics.map(({ name, partitions }) => [
      name,
      partitions.length,
    ])
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: 'orders', configNames: ['retention.ms'] }],
    })
    await admin.disconnect()
    expect(Object.fromEntries(found)).toEqual({ orders: 3, flows: 1, more: 2 })
    expect(resources[0]?.configEntries[0]?.configValue).toBe('60000')
  })

  it.each([
    ['{', 'is not JSON'],
    ['[]', 'is no object'],
    ['{ "orders": 6 }', 'the topic orders is no object'],
    ['{ "orders": { "partition": 6 } }', 'the topic orders has partition; there are: partitions'],
    ['{ "orders": { "toString": 6 } }', 'the topic orders has toString'],
    ['{ "orders": { "partitions": 0 } }', 'partitions of the topic orders must be a whole number above 0'],
    [
      '{ "orders": { "replicationFactor": "3" } }',
      'replicationFactor of the topic orders must be a whole number',
    ],
    [
      '{ "orders": { "config": { "retention.ms": 1 } } }',
      'config of the topic orders must be an object of texts',
    ],
    ['{ "orders": { "config": { "retention.ms": "long" } } }', 'retention.ms'],
  ])('refuses the file %s', async (text, why) => {
    const { exitCode, err } = await refused('--topics', await file('topics.json', text))
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: expect.stringContaining(why) })
  })

  it('refuses a file that is not there, and a topic that is named twice', async () => {
    expect((await refused('--topics', join(folder, 'nothing.json'))).err).toContain('cannot read')
    const path = await file('topics.json', '{ "orders": {} }')
    expect((await refused('--topics', path, '--topic', 'orders')).err).toContain('in --topic; take one away')
  })
})

describe('headwater up --auto-create-topics', () => {
  it.each([
    [['--auto-create-topics'], ['orders']],
    [[], []],
  ])('with %j a client that asks for a topic gets %j', async (options, expected) => {
    await using running = await up(...options)
    const admin = clientOf(running).admin({ retry: { retries: 1 } })
    await admin.connect()
    // Without the option this fails, which is what the list then shows.
    await admin.fetchTopicMetadata({ topics: ['orders'] }).catch(() => undefined)
    const producer = clientOf(running).producer({ allowAutoTopicCreation: true, retry: { retries: 1 } })
    await producer.connect()
    await producer.send({ topic: 'orders', messages: [{ value: 'placed' }] }).catch(() => undefined)
    await producer.disconnect()
    expect(await admin.listTopics()).toEqual(expected)
    await admin.disconnect()
  })
})

describe('what headwater up prints', () => {
  it('tells a stranger where everything is, what to type, and how it ends', async () => {
    await using running = await up('--brokers', '2', '--topic', 'orders:6', '--control-port', 'CONTROL')
    const { port, registryPort, controlPort, printed } = running
    const brokers = `127.0.0.1:${port},127.0.0.1:${port + 1}`
    expect(printed.split('\n')).toEqual([
      `Kafka             ${brokers}`,
      `Schema registry   http://127.0.0.1:${registryPort}`,
      `Control           http://127.0.0.1:${controlPort}`,
      'Topic             orders, partitions: 6',
      '',
      'To try it:',
      `  kcat     echo hello | kcat -b ${brokers} -P -t orders && kcat -b ${brokers} -C -e -t orders`,
      `  kafkajs  new Kafka({ brokers: ['127.0.0.1:${port}', '127.0.0.1:${port + 1}'] })`,
      expect.stringMatching(`^  a fault  curl http://127.0.0.1:${controlPort}/faults -H .*loseResponse`),
      '',
      'Ready. Ctrl+C ends it.',
    ])
  })
})
