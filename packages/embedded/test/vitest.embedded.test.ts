import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const cache = fileURLToPath(new URL('../.cache/vitest/', import.meta.url))
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

interface Run {
  /** `passed` or `failed` by the name of the test. */
  readonly tests: Readonly<Record<string, string>>
  /** What each failed test says. */
  readonly failures: Readonly<Record<string, string>>
  /** Everything that was printed. */
  readonly printed: string
}

/** What test files begin with: a client that asks for everything once and a way to send with it. */
const preamble = `
import { startKafka } from '@headwater/embedded'
import { kafkaTest, sharedKafkaTest } from '@headwater/embedded/vitest'
import { Kafka } from 'kafkajs'
import { expect } from 'vitest'
async function send(kafka, topic, clientId = 'client') {
  const brokers = kafka.bootstrapServers.split(',')
  const producer = new Kafka({ brokers, clientId, logLevel: 0, retry: { initialRetryTime: 5 } }).producer({ idempotent: true })
  await producer.connect()
  await producer.send({ topic, messages: [{ value: 'placed' }] })
  await producer.disconnect()
}
`

/** Runs vitest as a child on one test file. */
async function runVitest(name: string, source: string, before: string = preamble): Promise<Run> {
  const folder = join(cache, name)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'some.test.ts'), before + source)
  const report = join(folder, 'report.json')
  const args = [
    vitest,
    'run',
    '--root',
    folder,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]
  const env = { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1', NO_COLOR: '1' }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  const parsed = JSON.parse(await readFile(report, 'utf8')) as {
    testResults: { assertionResults: { title: string; status: string; failureMessages?: string[] }[] }[]
  }
  const results = parsed.testResults.flatMap(({ assertionResults }) => assertionResults)
  await rm(folder, { recursive: true })
  return {
    tests: Object.fromEntries(results.map(({ title, status }) => [title, status])),
    failures: Object.fromEntries(
      results.map(({ title, failureMessages = [] }) => [title, failureMessages.join('\n')]),
    ),
    printed: out + err,
  }
}

// Each test starts a vitest of its own.
describe('kafkaTest', { timeout: 60_000 }, () => {
  it('gives each test a cluster of its own, with the options, and prints nothing when all is well', async () => {
    const { tests, printed } = await runVitest(
      'own',
      `
      const test = kafkaTest({ brokers: 2, topics: { orders: {} } })
      const seen = []
      test('first', async ({ kafka }) => {
        kafka.faults.on('Produce', { topic: 'orders' }).loseResponse()
        await send(kafka, 'orders')
        expect(kafka.broker(2).running).toBe(true)
        expect(await kafka.records('orders')).toHaveLength(1)
        seen.push(kafka)
      })
      test('second', async ({ kafka }) => {
        expect(await kafka.records('orders')).toEqual([])
        expect(seen[0].broker(1).running).toBe(false)
      })
      test('third', () => {})
      `,
    )
    expect(tests).toEqual({ first: 'passed', second: 'passed', third: 'passed' })
    expect(printed).not.toContain('journal')
  })

  it('prints the journal of a test that fails, and does not hide the reason behind faults', async () => {
    const { tests, failures, printed } = await runVitest(
      'journal',
      `
      const test = kafkaTest({ topics: { orders: {} } })
      test('fails', async ({ kafka }) => {
        kafka.faults.on('Fetch').loseResponse()
        await send(kafka, 'orders')
        expect(await kafka.records('orders')).toHaveLength(2)
      })
      test('passes', async ({ kafka }) => send(kafka, 'orders', 'unseen'))
      `,
    )
    expect(tests).toEqual({ fails: 'failed', passes: 'passed' })
    expect(printed).toContain('Kafka\'s journal of the test "fails":')
    expect(printed).toMatch(/broker 1 conn \d+ corr \d+ client: Produce v\d+/)
    expect(printed).not.toContain('unseen')
    expect(failures['fails']).not.toContain('ordered but not fired')
  })

  it('fails a test whose ordered fault never fired, of Kafka or of the registry', async () => {
    const { tests, failures, printed } = await runVitest(
      'unfired',
      `
      const test = kafkaTest({ registry: true, topics: { orders: {} } })
      test('unfired', async ({ kafka }) => {
        kafka.faults.on('Produce', { topic: 'other' }).loseResponse()
        await send(kafka, 'orders')
      })
      test('registry', async ({ kafka }) => void kafka.registry.faults.on('GET /subjects').reply(500))
      test('optional', async ({ kafka }) => void kafka.faults.on('Fetch').loseResponse().maybe())
      `,
    )
    expect(tests).toEqual({ unfired: 'failed', registry: 'failed', optional: 'passed' })
    expect(failures['unfired']).toMatch(/not fired in full: fault#1 on Produce topic=other \(fired 0 times\)/)
    expect(failures['registry']).toContain('GET /subjects')
    expect(printed).toContain('Kafka\'s journal of the test "registry":')
  })

  it('prints only the last lines of a long journal', async () => {
    const { printed } = await runVitest(
      'long',
      `
      const test = kafkaTest()
      test('long', ({ kafka }) => {
        for (let at = 0; at < 300; at++) (kafka.broker(1).freeze(), kafka.broker(1).thaw())
        throw new Error('as wanted')
      })
      `,
    )
    expect(printed).toMatch(/test "long", without the first (\d+) of 60\d lines:/)
    expect(printed.match(/ broker 1 (frozen|thawed|stopped)$/gm)).toHaveLength(200)
  })
})

describe('sharedKafkaTest', { timeout: 60_000 }, () => {
  it('gives concurrent tests of a file one cluster, and each its own names and faults', async () => {
    const { tests, failures, printed } = await runVitest(
      'shared',
      `
      const test = sharedKafkaTest({ registry: true })
      const addresses = new Set()
      const same = async ({ namespace }) => {
        const topic = namespace.createTopic('orders', { partitions: 1 })
        addresses.add(namespace.bootstrapServers + namespace.registryUrl)
        namespace.faults.on('Produce', { topic: 'orders' }).loseResponse()
        namespace.faults.on('InitProducerId').delayResponse(1)
        await send(namespace, topic, namespace.clientId)
        expect(await namespace.records('orders')).toHaveLength(1)
        expect(namespace.entries.filter(({ api, kind }) => api === 'Produce' && kind === 'request')).toHaveLength(2)
        expect(namespace.name('group')).toBe(namespace.prefix + 'group')
      }
      test.concurrent('A: first', same)
      test.concurrent('A: first again', same)
      test.concurrent('unfired', async ({ namespace }) => void namespace.faults.on('Produce').loseResponse())
      test.concurrent('unfired id', async ({ namespace }) =>
        void namespace.faults.on('EndTxn', { transactionalId: 'tx' }).loseResponse())
      test.concurrent('unfired client', async ({ namespace }) =>
        void namespace.faults.on('Produce', { clientId: 'billing' }).loseResponse())
      test('shares', ({ sharedKafka }) => {
        expect(addresses.size).toBe(1)
        expect(addresses.has(sharedKafka.bootstrapServers + sharedKafka.registryUrl)).toBe(true)
      })
      test('fails', async ({ namespace }) => {
        await send(namespace, namespace.createTopic('orders'), namespace.clientId)
        throw new Error('as wanted')
      })
      `,
    )
    expect(tests).toEqual({
      'A: first': 'passed',
      'A: first again': 'passed',
      unfired: 'failed',
      'unfired id': 'failed',
      // It was nobody's: only what named the prefix was asked for.
      'unfired client': 'failed',
      shares: 'passed',
      fails: 'failed',
    })
    expect(failures['unfired']).toContain('ordered but not fired in full: fault#')
    expect(failures['unfired id']).toMatch(/on EndTxn transactionalId=t4-unfired-id-tx /)
    const [, journal = ''] = /journal of the test "fails":([^]*?)\n\n/.exec(printed) ?? []
    expect(journal).toContain('-fails-client: Produce')
    expect(journal).not.toContain('first')
  })
})

describe('README', { timeout: 60_000 }, () => {
  it('has a test that runs as it stands', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const [, source = ''] = /## In vitest[^]*?```ts\n([^]*?)```/.exec(readme) ?? []
    const { tests } = await runVitest('readme', source, '')
    expect(tests).toEqual({
      'an order survives a lost acknowledgement, once': 'passed',
      'orders are read back': 'passed',
    })
  })
})
