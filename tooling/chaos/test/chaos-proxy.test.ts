import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ChaosProxy } from '../src/chaos-proxy.ts'
import { createSeededRandom } from '../src/seeded-random.ts'

/** A request: size, API key, version, correlation id, and something to carry. */
function request(apiKey: number, correlationId: number, payload = ''): Buffer {
  const frame = Buffer.alloc(12)
  frame.writeInt16BE(apiKey, 4)
  frame.writeInt32BE(correlationId, 8)
  frame.writeInt32BE(8 + payload.length, 0)
  return Buffer.concat([frame, Buffer.from(payload)])
}

const produce = 0
const metadata = 3

/** Answers each request with its correlation id alone, and remembers what came. */
class EchoBroker {
  received: Buffer = Buffer.alloc(0)
  readonly server: Server = createServer((socket) => {
    let rest: Buffer = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      this.received = Buffer.concat([this.received, bytes])
      rest = Buffer.concat([rest, bytes])
      while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
        socket.write(Buffer.concat([Buffer.from([0, 0, 0, 4]), rest.subarray(8, 12)]))
        rest = rest.subarray(4 + rest.readInt32BE(0))
      }
    })
  })
}

let broker: EchoBroker
let proxy: ChaosProxy
let client: Socket
let answers: Buffer

const correlationIds = (): readonly number[] =>
  Array.from({ length: answers.length / 8 }, (_, at) => answers.readInt32BE(8 * at + 4))
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2))
}

async function connect(): Promise<void> {
  client = createConnection({ port: proxy.port, host: '127.0.0.1' })
  client.on('error', () => undefined)
  client.on('data', (bytes) => (answers = Buffer.concat([answers, bytes])))
  await once(client, 'connect')
}

beforeEach(async () => {
  answers = Buffer.alloc(0)
  broker = new EchoBroker()
  broker.server.listen(0, '127.0.0.1')
  await once(broker.server, 'listening')
  proxy = await ChaosProxy.listen(createSeededRandom(1, 'proxy'))
  proxy.forwardTo((broker.server.address() as AddressInfo).port)
})

afterEach(async () => {
  client.destroy()
  await proxy.close()
  await new Promise((resolve) => broker.server.close(resolve))
})

describe('ChaosProxy', () => {
  it('only forwards while there is no trouble', async () => {
    await connect()
    const requests = Buffer.concat([request(produce, 7, 'records'), request(metadata, 8)])
    client.write(requests)
    await until(() => answers.length === 16)
    expect(correlationIds()).toEqual([7, 8])
    expect(broker.received).toEqual(requests)
    expect(proxy.cuts).toBe(0)
  })

  it('swallows the answer to a Produce request that the broker got, and cuts the connection', async () => {
    await connect()
    proxy.setTrouble({ swallowedAnswers: 1 })
    const closed = new Promise((resolve) => client.once('close', resolve))
    const requests = Buffer.concat([request(metadata, 7), request(produce, 8, 'records')])
    client.write(requests)
    await closed
    expect(broker.received).toEqual(requests)
    expect(correlationIds()).not.toContain(8)
    expect(proxy.cuts).toBe(1)
  })

  it('cuts a connection after exactly the bytes that were drawn, within a request', async () => {
    proxy.setTrouble({ cutAfterBytes: () => 15 })
    await connect()
    const closed = new Promise((resolve) => client.once('close', resolve))
    const sent = request(produce, 7, 'records')
    client.write(sent)
    await closed
    await until(() => broker.received.length === 15)
    expect(broker.received).toEqual(sent.subarray(0, 15))
    expect(proxy.cuts).toBe(1)
  })

  it('cuts connections that exist when the cutting begins, and none that begins after its end', async () => {
    await connect()
    const closed = new Promise((resolve) => client.once('close', resolve))
    proxy.setTrouble({ cutAfterBytes: () => 1 })
    await closed
    proxy.setTrouble({})
    await connect()
    client.write(request(metadata, 9))
    await until(() => answers.length === 8)
    expect(correlationIds()).toEqual([9])
  })

  it('holds frames in both directions and keeps their order', async () => {
    const draws = [60, 1, 40, 1]
    proxy.setTrouble({ holdMs: () => draws.shift() ?? 0 })
    await connect()
    const startMs = performance.now()
    client.write(Buffer.concat([request(metadata, 1), request(metadata, 2)]))
    await until(() => answers.length === 16)
    expect(correlationIds()).toEqual([1, 2])
    // Timers may fire a millisecond early.
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(98)
  })
})
