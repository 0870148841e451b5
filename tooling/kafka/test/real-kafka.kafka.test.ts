import { isHeadwaterError } from '@headwater/base'
import { existsSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import kafkajs, { type Admin, type Kafka, type KafkaConfig } from 'kafkajs'
import { describe, expect, it, vi } from 'vitest'
import { canStartRealKafka, startRealKafka, uniqueTopic } from '../src/index.ts'
import { splitFrames } from '../src/recording-proxy.ts'

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

/** Whether all replicas of a topic are in sync. */
async function isInSync(kafka: Kafka, topic: string): Promise<boolean> {
  const admin = kafka.admin({ retry: { retries: 0 } })
  try {
    await admin.connect()
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    return topics[0]!.partitions.every(({ isr, replicas }) => isr.length === replicas.length)
  } catch {
    // kafkajs gives no metadata at all of a topic with a partition that nobody leads for now.
    return false
  } finally {
    await admin.disconnect()
  }
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

/** Logs in by hand and gives the answer to SaslAuthenticate v1, since kafkajs shows nothing of it. */
async function logInPlain(port: number, user: string, password: string): Promise<Buffer> {
  const socket = createConnection({ port, host: '127.0.0.1' })
  const answers: Buffer[] = []
  const { promise, resolve: done, reject } = Promise.withResolvers<void>()
  socket.on('error', reject)
  socket.on(
    'data',
    splitFrames((frame) => answers.push(frame) === 2 && done()),
  )
  const sized = (bytes: Buffer, sizeBytes: 2 | 4): Buffer => {
    const size = Buffer.alloc(sizeBytes)
    size.writeUIntBE(bytes.length, 0, sizeBytes)
    return Buffer.concat([size, bytes])
  }
  // API key and version 1, correlation id, no client id.
  const request = (key: number, body: Buffer): Buffer =>
    sized(Buffer.concat([Buffer.from([0, key, 0, 1, 0, 0, 0, 1, 0xff, 0xff]), body]), 4)
  socket.write(request(17, sized(Buffer.from('PLAIN'), 2)))
  socket.write(request(36, sized(Buffer.from(`\0${user}\0${password}`), 4)))
  await promise
  socket.destroy()
  return answers[1] as Buffer
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

// Skipped where there is no Java or no Maven; canStartRealKafka() has printed which, and throws in CI.
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

  it('wants a login on the SASL listener', async () => {
    await using cluster = await startRealKafka({
      sasl: { mechanism: 'SCRAM-SHA-512', users: { ann: 'secret' } },
    })
    // A new object each time: kafkajs keeps the login that worked in the one that it was given.
    const adminWith = (password: string): Admin =>
      connect(cluster.saslBootstrapServers, {
        sasl: { mechanism: 'scram-sha-512', username: 'ann', password },
        retry: { retries: 0 },
      }).admin()
    const admin = adminWith('secret')
    await admin.connect()
    expect((await admin.describeCluster()).brokers).toHaveLength(1)
    await admin.disconnect()
    await expect(adminWith('guess').connect()).rejects.toThrow(/[Aa]uthentication failed/)
  })

  it('tells SASL clients how long their session lasts', async () => {
    const users = { ann: 'a "secret" \\' }
    await using cluster = await startRealKafka({ sasl: { mechanism: 'PLAIN', users, maxReauthMs: 34_567 } })
    const answer = await logInPlain(Number(cluster.saslBootstrapServers?.split(':')[1]), 'ann', users.ann)
    // SaslAuthenticate v1: correlation id, error code, ..., session lifetime.
    expect(answer.readInt16BE(4)).toBe(0)
    expect(answer.readBigInt64BE(answer.length - 8)).toBe(34_567n)
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
    // Without a replica in sync beside it, nobody could lead when broker 0 is gone.
    await vi.waitUntil(() => isInSync(kafka, topic), { timeout: 60_000, interval: 200 })
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
