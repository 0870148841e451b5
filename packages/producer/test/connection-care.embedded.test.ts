import { once } from 'node:events'
import { createServer, Socket, type AddressInfo } from 'node:net'
import { ManualClock } from '@headwater/base'
import { startKafka } from '@headwater/embedded'
import { encodeResponse, initProducerId, metadata } from '@headwater/protocol'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createProducer, type BatchRetry } from '../src/index.ts'
import { ScriptedBroker } from './link/scripted-broker.ts'
import { producersUnderTest, until } from './producers.ts'
import { startSteadyLoad } from './steady-load.ts'

/** A server that does with each connection what it is told; its address, and how many came. */
async function serverThat(
  does: (socket: Socket) => void,
): Promise<{ address: string; connections: () => number }> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => socket.destroy()))
    does(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return { address: `127.0.0.1:${port}`, connections: () => sockets.length }
}

/** A broker that says of itself, and of all partitions, that they are at an address. */
function brokerThatAdvertises(host: string, port: number): Promise<ScriptedBroker> {
  return ScriptedBroker.start({
    onRequest: (request, peer) => {
      if (request.apiKey === initProducerId.key) {
        const body = encodeResponse(initProducerId, request.apiVersion, {
          errorCode: 0,
          producerId: 1n,
          producerEpoch: 0,
        })
        peer.answer(request, initProducerId, body)
        return
      }
      const partition = {
        errorCode: 0,
        partitionIndex: 0,
        leaderId: 7,
        leaderEpoch: 0,
        replicaNodes: [7],
        isrNodes: [7],
      }
      const body = encodeResponse(metadata, request.apiVersion, {
        brokers: [{ nodeId: 7, host, port }],
        topics: [{ errorCode: 0, name: 'orders', partitions: [partition] }],
      })
      peer.answer(request, metadata, body)
    },
  })
}

describe('the care for connections', () => {
  const producerFor = producersUnderTest()

  it('connects to nobody any more once the producer is closed', async () => {
    const { address, connections } = await serverThat((socket) => socket.destroy())
    const clock = new ManualClock(1_700_000_000_000)
    const producer = createProducer({ connection: { brokers: [address] }, retryBackoffMaxMs: 100, clock })
    void producer.trySend({ topic: 'orders', value: 'x' })
    // It is calling again and again when it is closed.
    await until(() => {
      clock.advance(10)
      return connections() >= 3
    })
    const closing = producer.close({ timeoutMs: 10 })
    await until(() => {
      clock.advance(10)
      return producer.stats().state === 'closed'
    })
    await closing
    const before = connections()
    expect(clock.pendingTimers).toBe(0)
    clock.advance(600_000)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(connections()).toBe(before)
  })

  it('finds the one of four bootstrap servers that answers without waiting for the others', async () => {
    // Each that accepts and says nothing cost the whole connect timeout of 10 s, one after the other.
    await using kafka = await startKafka({ topics: { orders: {} } })
    const silent = await Promise.all([1, 2, 3].map(() => serverThat(() => undefined)))
    const clock = new ManualClock(Date.now())
    const bootstrapServers = [...silent.map(({ address }) => address), kafka.bootstrapServers].join(',')
    const producer = producerFor({ bootstrapServers }, { clock })
    const sent = producer.send({ topic: 'orders', value: 'x' })
    const asked = (): number => silent.reduce((sum, { connections }) => sum + connections(), 0)
    for (let turn = 1; turn <= 3 && kafka.journal.count('Metadata') === 0; turn++) {
      await until(() => asked() >= turn || kafka.journal.count('Metadata') > 0)
      clock.advance(1000)
    }
    expect(await sent).toMatchObject({ offset: 0n })
    expect(clock.monotonic()).toBeLessThanOrEqual(3000)
  })

  it('gives up on a connection that is half open, and sends over another', async () => {
    await using kafka = await startKafka({ topics: { orders: {} } })
    const sockets: Socket[] = []
    const client = new Kafka({
      brokers: [kafka.bootstrapServers],
      logLevel: logLevel.NOTHING,
      socketFactory: ({ host, port, onConnect }) => {
        const socket = new Socket().connect(port, host, onConnect)
        sockets.push(socket)
        return socket
      },
    })
    const retries: BatchRetry[] = []
    const hooks = { onRetry: (retry: BatchRetry) => void retries.push(retry) }
    await using producer = createProducer({ kafka: client, requestTimeoutMs: 300, hooks })
    await producer.send({ topic: 'orders', value: 'before' })
    // From now on what is written gets lost, nothing arrives, and nobody says so.
    const [first] = sockets
    Object.assign(first!.pause(), { write: () => true })
    expect(await producer.send({ topic: 'orders', value: 'after' })).toMatchObject({
      offset: 1n,
      attempts: 2,
    })
    expect(retries.map(({ reason }) => reason)).toEqual(['LINK_REQUEST_TIMEOUT'])
    expect(first!.destroyed).toBe(true)
    expect(await kafka.records('orders')).toHaveLength(2)
  })

  it('goes on while brokers come and go, and keeps one connection to each that is there', async () => {
    await using kafka = await startKafka({
      brokers: 3,
      topics: { orders: { partitions: 6, replicationFactor: 3 } },
    })
    const producer = producerFor(kafka)
    const load = startSteadyLoad(producer, kafka, 6)
    for (const id of [1, 2, 3]) {
      const before = kafka.journal.count('Produce')
      await kafka.broker(id).stop()
      await until(() => kafka.journal.count('Produce') > before + 10)
      await kafka.broker(id).start()
      await until(() => kafka.journal.count('Produce') > before + 20)
    }
    await load.stop()
    expect(producer.stats().connections).toBeLessThanOrEqual(3)
  })

  it('asks a list of brokers that is a function again when nobody that it knows is there', async () => {
    let brokers: string[] = []
    const client = new Kafka({ brokers: async () => brokers, logLevel: logLevel.NOTHING })
    const tuning = { requestTimeoutMs: 500, retryBackoffMs: 5, retryBackoffMaxMs: 20 }
    await using producer = createProducer({ kafka: client, ...tuning })
    for (const _ of ['a cluster', 'another, elsewhere']) {
      await using kafka = await startKafka({ topics: { orders: {} } })
      brokers = [kafka.bootstrapServers]
      expect(await producer.send({ topic: 'orders', value: 'x' })).toMatchObject({ offset: 0n })
    }
  })

  describe('for an address that a broker advertises and that is of no use here', () => {
    const failureOf = async (broker: ScriptedBroker): Promise<Error & { cause?: unknown }> => {
      const producer = producerFor(
        { bootstrapServers: broker.seed },
        { requestTimeoutMs: 250, deliveryTimeoutMs: 300 },
      )
      const { status, error } = await producer.trySend({ topic: 'orders', value: 'x' })
      expect({ status, code: error?.code }).toEqual({ status: 'not-sent', code: 'DELIVERY_TIMEOUT' })
      return error!
    }

    it('names the address, the broker, and who said so, when it does not resolve', async () => {
      await using broker = await brokerThatAdvertises('kafka-7.invalid', 9092)
      const error = await failureOf(broker)
      expect(error.cause).toMatchObject({ code: 'LINK_CONNECT_FAILED' })
      for (const part of [
        'kafka-7.invalid:9092',
        'does not resolve',
        'broker 7',
        `as ${broker.seed} said`,
        '`advertised.listeners`',
      ])
        expect(error.message).toContain(part)
    })

    it('does the same when nobody listens there', async () => {
      await using broker = await brokerThatAdvertises('127.0.0.1', 1)
      const error = await failureOf(broker)
      for (const part of ['ECONNREFUSED', 'broker 7', '`advertised.listeners`'])
        expect(error.message).toContain(part)
    })

    it('says nothing of it for an address that the user wrote down', async () => {
      // It would send who mistyped a bootstrap server to the broker's settings.
      const producer = producerFor({ bootstrapServers: '127.0.0.1:1' }, { maxBlockMs: 100 })
      const { error } = await producer.trySend({ topic: 'orders', value: 'x' })
      expect(error!.message).not.toContain('advertised')
    })
  })
})
