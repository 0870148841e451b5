import { beforeEach, describe, expect, it } from 'vitest'
import {
  apiByKey,
  apis,
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  fetch,
  metadata,
  produce,
  ProtocolError,
  type AnyApi,
} from '../src/index.ts'
import { Random, randomValue } from './random-value.ts'

const random = new Random()
console.info(`seed of the random messages: HEADWATER_TEST_SEED=${random.seed}`)
beforeEach(() => random.restart())

const sides = [
  { side: 'request', encode: encodeRequest<AnyApi>, decode: decodeRequest<AnyApi> },
  { side: 'response', encode: encodeResponse<AnyApi>, decode: decodeResponse<AnyApi> },
] as const

function versionsOf(api: AnyApi): number[] {
  const [oldest, newest] = api.versions
  return Array.from({ length: newest - oldest + 1 }, (_, index) => oldest + index)
}

/** Runs a decoder on bytes that may be bad; anything but a value or a ProtocolError fails the test. */
function tolerate(run: () => unknown): string {
  try {
    run()
    return 'decoded'
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return error.code
  }
}

describe.each(apis.map((api) => [api.name, api] as const))('%s', (_name, api) => {
  it.each(versionsOf(api))('v%i gives back every value that it was given', (version) => {
    for (const { side, encode, decode } of sides) {
      for (let round = 0; round < 20; round++) {
        const value = randomValue(api[side], version, random)
        const bytes = Buffer.concat(encode(api, version, value))
        expect(decode(api, version, bytes), `${side}, seed ${random.seed}`).toEqual(value)
        expect(Buffer.concat(encode(api, version, decode(api, version, bytes)))).toEqual(bytes)
      }
    }
  })

  it.each(versionsOf(api))('v%i refuses a message that is cut off anywhere', (version) => {
    for (const { side, encode, decode } of sides) {
      const bytes = Buffer.concat(encode(api, version, randomValue(api[side], version, random)))
      for (let end = 0; end < bytes.length; end++) {
        expect(tolerate(() => decode(api, version, bytes.subarray(0, end)))).not.toBe('decoded')
      }
      expect(tolerate(() => decode(api, version, Buffer.concat([bytes, Buffer.alloc(1)])))).toBe('MALFORMED')
    }
  })

  it('answers bytes that make no sense with a ProtocolError', () => {
    for (const version of versionsOf(api)) {
      for (const { side, encode, decode } of sides) {
        const bytes = Buffer.concat(encode(api, version, randomValue(api[side], version, random)))
        for (let round = 0; round < 30 && bytes.length > 0; round++) {
          const broken = Buffer.from(bytes)
          for (let flips = 0; flips < 3; flips++) broken[random.below(broken.length)] = random.below(256)
          tolerate(() => decode(api, version, broken))
          tolerate(() => decode(api, version, random.bytes(random.below(60))))
        }
      }
    }
  })
})

describe('apis', () => {
  it('has each key once, in order, and finds it by key', () => {
    const keys = apis.map((api) => api.key)
    expect(keys).toEqual([...new Set(keys)].toSorted((a, b) => a - b))
    for (const api of apis) expect(apiByKey(api.key)).toBe(api)
    expect(apiByKey(9999)).toBeUndefined()
  })
})

describe('encodeRequest', () => {
  const request = { acks: -1, timeoutMs: 1000, topicData: [] }

  it('refuses versions without a table', () => {
    for (const version of [2, 14, 3.5, Number.NaN]) {
      expect(() => encodeRequest(produce, version, request)).toThrow(
        expect.objectContaining({ code: 'UNSUPPORTED_VERSION' }),
      )
    }
  })

  it('refuses a number that its field cannot hold, and a value of another type', () => {
    const wrong = [
      { ...request, acks: 40000 },
      { ...request, timeoutMs: 2 ** 31 },
      { ...request, timeoutMs: 1000n },
      { ...request, topicData: 7 },
    ]
    for (const body of wrong) {
      expect(() => encodeRequest(produce, 9, body as never)).toThrow(
        expect.objectContaining({ code: 'VALUE_OUT_OF_RANGE' }),
      )
    }
  })

  it('names a field that is missing', () => {
    expect(() => encodeRequest(produce, 9, { acks: 1, topicData: [] } as never)).toThrow(/timeoutMs/)
  })

  it('does not copy a large batch', () => {
    const records = Buffer.alloc(100_000, 1)
    const chunks = encodeRequest(produce, 9, {
      ...request,
      topicData: [{ name: 'orders', partitionData: [{ index: 0, records }] }],
    })
    expect(chunks).toContain(records)
  })
})

describe('encodeResponse', () => {
  it('leaves a tagged field out when it has its default', () => {
    const response = (nodeEndpoints?: []) => ({ responses: [], ...(nodeEndpoints && { nodeEndpoints }) })
    const without = Buffer.concat(encodeResponse(produce, 10, response()))
    expect(Buffer.concat(encodeResponse(produce, 10, response([])))).toEqual(without)
    const partition = {
      partitionIndex: 0,
      errorCode: 0,
      highWatermark: 0n,
      abortedTransactions: null,
      records: null,
    }
    const encoded = [{}, { divergingEpoch: { epoch: -1, endOffset: -1n } }].map((extra) =>
      Buffer.concat(
        encodeResponse(fetch, 12, { responses: [{ topic: 't', partitions: [{ ...partition, ...extra }] }] }),
      ),
    )
    expect(encoded[0]).toEqual(encoded[1])
  })
})

describe('decodeResponse', () => {
  it('skips tagged fields that it does not know', () => {
    const known = Buffer.concat(
      encodeResponse(metadata, 9, { brokers: [], clusterId: 'c', controllerId: 1, topics: [] }),
    )
    const strange = Buffer.concat([known.subarray(0, -1), Buffer.from([2, 77, 2, 9, 9, 78, 0])])
    expect(decodeResponse(metadata, 9, strange)).toEqual(decodeResponse(metadata, 9, known))
  })

  it('refuses a known tagged field with bytes left over', () => {
    const plain = Buffer.concat(encodeResponse(produce, 10, { responses: [] }))
    const broken = Buffer.concat([plain.subarray(0, -1), Buffer.from([1, 0, 3, 1, 9, 9])])
    expect(() => decodeResponse(produce, 10, broken)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
  })

  // Ten megabytes of empty names became half a gigabyte of objects; the largest frame took the process with it.
  it('refuses a request with more list elements than anybody needs', () => {
    const emptyNames = (count: number): Buffer => {
      const body = Buffer.alloc(4 + 2 * count)
      body.writeInt32BE(count)
      return body
    }
    expect(() => decodeRequest(metadata, 0, emptyNames(1_000_001))).toThrow(
      expect.objectContaining({ code: 'MALFORMED' }),
    )
    expect(decodeRequest(metadata, 0, emptyNames(1000)).topics).toHaveLength(1000)
  })

  it('makes nothing of the size that a hostile count claims', () => {
    const before = process.memoryUsage().heapUsed
    for (const count of [0x7fffffff, 0x00ffffff, -2]) {
      const bytes = Buffer.alloc(64)
      bytes.writeInt32BE(count, 0)
      expect(tolerate(() => decodeResponse(metadata, 0, bytes))).not.toBe('decoded')
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000)
  })
})
