import { isHeadwaterError } from '@headwater/base'
import { existsSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import kafkajs, { type Kafka, type KafkaConfig } from 'kafkajs'
import { describe, expect, it, vi } from 'vitest'
import { canStartRealKafka, startRealKafka, uniqueTopic } from '../src/index.ts'

const canStart = await canStartRealKafka()

const connect = (bootstrapServers: string | undefined, options: Partial<KafkaConfig> = {}): Kafka =>
  new kafkajs.Kafka({
    brokers: (bootstrapServers ?? '').split(','),
    logLevel: kafkajs.logLevel.NOTHING,
    ...options,
  })

async function produce(kafka: Kafka, topic: string, values: readonly string[]): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: values.map((value) => ({ value })) })
  await producer.disconnect()
}

async function consume(kafka: Kafka, topic: string, count: number): Promise<readonly string[]> {
  const consumer = kafka.consumer({ groupId: uniqueTopic('group') })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const values: string[] = []
  const { promise, resolve: done } = Promise.withResolvers<void>()
  await consumer.run({
    eachMessage: async ({ message }) => {
      values.push(String(message.value))
      if (values.length === count) done()
    },
  })
  await promise
  await consumer.disconnect()
  return values
}

async function createTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic }], waitForLeaders: true })
  await admin.disconnect()
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    // ESRCH: there is no such process any more.
    return false
  }
}

describe.skipIf(!canStart)('startRealKafka', { timeout: 120_000 }, () => {
  it('keeps what was written over a kill, on the same ports', async () => {
    await using cluster = await startRealKafka()
    const [before] = cluster.brokers
    const kafka = connect(cluster.bootstrapServers)
    const topic = uniqueTopic('survives')
    await createTopic(kafka, topic)
    await produce(kafka, topic, ['one', 'two'])
    await cluster.kill(0)
    expect(cluster.brokers[0]?.pid).toBeUndefined()
    await cluster.start(0)
    const [after] = cluster.brokers
    expect(after?.port).toBe(before?.port)
    expect(after?.pid).not.toBe(before?.pid)
    expect(await consume(kafka, topic, 2)).toEqual(['one', 'two'])
  })

  it('wants a login on the SASL listener alone, and ends sessions that grow old', async () => {
    await using cluster = await startRealKafka({
      sasl: { mechanism: 'SCRAM-SHA-512', users: { ann: 'secret' }, maxReauthMs: 60_000 },
    })
    const sasl = { mechanism: 'scram-sha-512', username: 'ann', password: 'secret' } as const
    const right = connect(cluster.saslBootstrapServers, { sasl }).admin()
    await right.connect()
    expect((await right.describeCluster()).brokers).toHaveLength(1)
    await right.disconnect()
    const wrong = connect(cluster.saslBootstrapServers, {
      sasl: { ...sasl, password: 'guess' },
      retry: { retries: 0 },
    })
    await expect(wrong.admin().connect()).rejects.toThrow(/[Aa]uthentication/)
  })

  it('goes on with two of three brokers, while one is frozen or dead, and ends frozen ones too', async () => {
    const cluster = await startRealKafka({ nodes: 3, controller: 'own-process' })
    await using _ = cluster
    const kafka = connect(cluster.bootstrapServers)
    expect(cluster.controllerId).toBe(3)
    const admin = kafka.admin()
    await admin.connect()
    expect(
      (await admin.describeCluster()).brokers.map(({ nodeId }) => nodeId).toSorted((a, b) => a - b),
    ).toEqual([0, 1, 2])
    await admin.disconnect()
    const topic = uniqueTopic('replicated')
    await createTopic(kafka, topic)
    await cluster.freeze(1)
    await cluster.kill(2)
    await cluster.start(2)
    await cluster.thaw(1)
    await cluster.stop(0)
    await produce(
      connect(
        cluster.brokers
          .slice(1)
          .map(({ port }) => `127.0.0.1:${port}`)
          .join(','),
      ),
      topic,
      ['late'],
    )
    await cluster.freeze(2)
    const pids = cluster.brokers.flatMap(({ pid }) => pid ?? [])
    await cluster.close()
    expect(pids.map(isAlive)).toEqual([false, false])
    await expect(cluster.start(0)).rejects.toThrow(/closed/)
  })

  it('fails with the end of the log when a property makes no sense', async () => {
    const failed = startRealKafka({ config: { 'log.segment.bytes': 'many' } })
    const error: unknown = await failed.then(undefined, (reason: unknown) => reason)
    expect(isHeadwaterError(error, 'KAFKA_START_FAILED')).toBe(true)
    expect((error as Error).message).toContain('log.segment.bytes')
  })

  it('gives up in time', async () => {
    await expect(startRealKafka({ startTimeoutMs: 100 })).rejects.toMatchObject({
      code: 'KAFKA_START_TIMEOUT',
    })
  })

  it('ends with the program that started it, even when that is killed', async () => {
    const door = resolve(import.meta.dirname, '../src/index.ts')
    const source = `import { startRealKafka } from ${JSON.stringify(door)}
      console.log((await startRealKafka()).brokers[0].pid)`
    const program = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(createInterface(program.stdout), 'line')) as [string]
    expect(existsSync(`/proc/${line}`) || isAlive(Number(line))).toBe(true)
    program.kill('SIGKILL')
    await vi.waitFor(() => expect(isAlive(Number(line))).toBe(false), { timeout: 10_000 })
  })
})
