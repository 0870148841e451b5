import {
  apiVersions,
  encodeRequest,
  encodeRequestHeader,
  errorCode,
  metadata,
  produce,
} from '@headwater/protocol'
import type { LogFields } from '@headwater/base'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { seededRandom } from '../src/faults/seeded-random.ts'
import { RawClient, makeBatch, produceTo } from './raw-client.ts'

/** Whatever a client sends, at worst its own connection ends; everybody else is served. */
let kafka: EmbeddedKafka
let witness: RawClient
const logged: string[] = []
const log = ({ err }: LogFields, message: string): void => void logged.push(`${message}: ${String(err)}`)

beforeAll(async () => {
  kafka = await startKafka({
    topics: { t: {} },
    config: { 'socket.request.max.bytes': 100_000 },
    logger: { debug: () => undefined, info: log, warn: log, error: log },
  })
  witness = await RawClient.open(kafka.broker(1).port)
})
afterAll(async () => {
  witness[Symbol.dispose]()
  await kafka.close()
})

const open = (): Promise<RawClient> => RawClient.open(kafka.broker(1).port)
const expectAlive = async (): Promise<void> => {
  expect((await produceTo(witness, 't', makeBatch(['alive']))).errorCode).toBe(0)
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function produceFrame(): Buffer {
  const header = encodeRequestHeader(produce, { apiVersion: 9, correlationId: 7, clientId: 'hostile' })
  const topicData = [{ name: 't', partitionData: [{ index: 0, records: makeBatch(['hostile']) }] }]
  return Buffer.concat([header, ...encodeRequest(produce, 9, { acks: 1, timeoutMs: 1, topicData })])
}

// Of the module: a further try has the same values, or it would hide what the first one found.
const seed = Number(process.env['HEADWATER_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

describe('Connection', () => {
  it.each([
    ['a size above socket.request.max.bytes', int32(100_001)],
    ['the largest size', int32(0x7fffffff)],
    ['a negative size', int32(-1)],
    ['an empty frame', int32(0)],
    ['a frame too short for a header', Buffer.concat([int32(3), Buffer.alloc(3)])],
    ['an unknown request', Buffer.concat([int32(10), Buffer.from([0x7f, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff])])],
    [
      'a client id longer than the frame',
      Buffer.concat([int32(10), Buffer.from([0, 3, 0, 0, 0, 0, 0, 1, 0x7f, 0xff])]),
    ],
    [
      'a list longer than the frame',
      Buffer.concat([int32(14), Buffer.from([0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff])]),
    ],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nhost: broker\r\n\r\n')],
    ['a TLS greeting', Buffer.from('16030100c8010000c40303', 'hex')],
  ])('hangs up on %s and says so', async (_what, bytes) => {
    using client = await open()
    logged.length = 0
    client.write(bytes)
    await client.closed
    expect(logged).toEqual([
      expect.stringContaining('closing the connection of a request that cannot be answered'),
    ])
    await expectAlive()
  })

  it('names key, version and client of a request that it does not serve', async () => {
    using client = await open()
    logged.length = 0
    client.write(
      Buffer.concat([int32(14), Buffer.from([0, 3, 0, 99, 0, 0, 0, 1, 0, 3]), Buffer.from('app\0')]),
    )
    await client.closed
    expect(logged[0]).toContain('request key 3 (Metadata) version 99 of client "app" is not supported')
  })

  it('takes frames byte by byte, and several at once', async () => {
    using client = await open()
    const frame = Buffer.concat([int32(produceFrame().length), produceFrame()])
    for (const byte of frame) client.write(Buffer.from([byte]))
    expect((await client.nextFrame())!.readInt32BE(0)).toBe(7)
    const answers = [client.nextFrame(), client.nextFrame(), client.nextFrame()]
    client.write(Buffer.concat([frame, frame, frame]))
    for (const answer of answers) expect((await answer)!.readInt32BE(0)).toBe(7)
  })

  it('holds no more than was sent of a frame that never ends', async () => {
    using client = await open()
    client.write(Buffer.concat([int32(99_999), Buffer.alloc(10)]))
    await expectAlive()
  })

  it('stops reading a client that sends faster than it is served', async () => {
    using client = await open()
    const gate = kafka.faults.on('Metadata').hold()
    const header = encodeRequestHeader(metadata, {
      apiVersion: 0,
      correlationId: 1,
      clientId: 'x'.repeat(30_000),
    })
    const frame = Buffer.concat([int32(header.length + 4), header, int32(0)])
    client.write(frame)
    await gate.reached
    // More than the buffers of the system and of the broker take together.
    for (let megabytes = 0; megabytes < 32; megabytes++)
      client.write(Buffer.concat(Array.from({ length: 34 }, () => frame)))
    for (let turns = 0; turns < 200; turns++) await expectAlive()
    expect(client.unsentBytes).toBeGreaterThan(10_000_000)
    gate.release()
    await expect.poll(() => client.unsentBytes).toBe(0)
  })

  it('lives through a frame that is cut off or changed at every byte', async () => {
    const whole = produceFrame()
    for (let at = 0; at < whole.length; at++) {
      using client = await open()
      const changed = Buffer.from(whole)
      changed[at] = changed[at]! ^ 0xff
      client.write(Buffer.concat([int32(at), whole.subarray(0, at)]))
      using other = await open()
      other.write(Buffer.concat([int32(changed.length), changed]))
      await Promise.race([other.closed, other.nextFrame()])
    }
    await expectAlive()
  })

  it('lives through random bytes', async () => {
    console.info(`random bytes: HEADWATER_TEST_SEED=${seed}`)
    const random = seededRandom(seed)
    const whole = produceFrame()
    for (let round = 0; round < 500; round++) {
      using client = await open()
      const bytes = Buffer.from(whole)
      // A plausible beginning gets further than noise from the first byte on.
      bytes.writeInt16BE(Math.floor(random() * 70), 0)
      bytes.writeInt16BE(Math.floor(random() * 14), 2)
      for (let changes = 1 + random() * 20; changes > 0; changes--) {
        bytes[4 + Math.floor(random() * (bytes.length - 4))] = Math.floor(random() * 256)
      }
      client.write(Buffer.concat([int32(bytes.length), bytes, Buffer.alloc(Math.floor(random() * 64), 0x5a)]))
      if (round % 50 === 0) await expectAlive()
    }
    await expectAlive()
  })
})

describe('ApiVersions', () => {
  it('answers a version that is too new in the form of v0, with the versions to use', async () => {
    using client = await open()
    const header = encodeRequestHeader(apiVersions, { apiVersion: 4, correlationId: 5, clientId: 'new' })
    const frame = Buffer.concat([header, Buffer.from([2, 0x61, 2, 0x31, 0])])
    frame.writeInt16BE(99, 2)
    const answer = await client.exchange(frame)
    expect(answer?.toString('hex')).toBe(`00000005${'0023'}${'00000001'}${'0012'}${'0000'}${'0004'}`)
  })

  it('refuses a client without a proper name from v3 on', async () => {
    using client = await open()
    const nameless = await client.send(apiVersions, 3, {
      clientSoftwareName: '-',
      clientSoftwareVersion: '1',
    })
    expect(nameless.errorCode).toBe(errorCode.INVALID_REQUEST)
    expect((await client.send(apiVersions, 2, {})).errorCode).toBe(0)
  })

  it('advertises what Kafka 4.3 does for the requests that are served', async () => {
    using client = await open()
    const { apiKeys } = await client.send(apiVersions, 4, {
      clientSoftwareName: 'a',
      clientSoftwareVersion: '1',
    })
    expect(
      apiKeys.map(({ apiKey, minVersion, maxVersion }) => `${apiKey}: ${minVersion}-${maxVersion}`),
    ).toEqual([
      '0: 0-13',
      '1: 4-18',
      '2: 1-11',
      '3: 0-13',
      '8: 2-10',
      '9: 1-10',
      '10: 0-6',
      '11: 0-9',
      '12: 0-4',
      '13: 0-5',
      '14: 0-5',
      '15: 0-6',
      '16: 0-5',
      '17: 0-1',
      '18: 0-4',
      '19: 2-7',
      '20: 1-6',
      '21: 0-2',
      '22: 0-5',
      '24: 0-5',
      '25: 0-4',
      '26: 0-5',
      '28: 0-5',
      '23: 2-4',
      '32: 1-4',
      '33: 0-2',
      '35: 1-5',
      '36: 0-2',
      '37: 0-3',
      '42: 0-2',
      '44: 0-1',
      '45: 0-1',
      '46: 0-0',
      '47: 0-0',
      '60: 0-2',
      '61: 0-0',
      '75: 0-0',
    ])
  })
})
