import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  apiByKey,
  batchAttribute,
  compressionTypeOf,
  decodeBatch,
  decodeControlRecord,
  decodeRequest,
  decodeRequestHeader,
  decodeResponse,
  encodeRequest,
  encodeRequestHeader,
  encodeResponse,
  encodeResponseHeader,
  isControlBatch,
  murmur2,
  partitionForKey,
  responseBody,
  type AnyApi,
} from '../src/index.ts'

// What a real broker and real clients said to each other, and what Java's own classes say of it: made by
// `node tooling/kafka/src/capture-golden.ts`. A missing file fails here.
function golden<T>(name: string): readonly T[] {
  return JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8')) as T[]
}

interface GoldenFrame {
  readonly api: string
  readonly key: number
  readonly version: number
  readonly correlationId: number
  readonly client: string
  readonly request: string
  readonly response: string | null
}

interface GoldenBatch {
  readonly source: string
  readonly compression: string
  readonly timestampType: string
  readonly baseOffset: number
  readonly lastOffset: number
  readonly partitionLeaderEpoch: number
  readonly maxTimestamp: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly isTransactional: boolean
  readonly isControl: boolean
  readonly crc: number
  readonly bytes: string
  readonly records: readonly {
    readonly offset: number
    readonly timestamp: number
    readonly key: string | null
    readonly value: string | null
    readonly headers: readonly (readonly [name: string, value: string | null])[]
  }[]
}

const frames = golden<GoldenFrame>('frames')
const batches = golden<GoldenBatch>('batches')
const bytesOf = (base64: string | null): Buffer | null =>
  base64 === null ? null : Buffer.from(base64, 'base64')

describe('messages of a real broker', () => {
  const cases = frames.map((frame) => [frame.client, frame.api, frame.version, frame] as const)

  it.each(cases)('%s: %s v%i reads and writes back to the same bytes', (_client, _name, version, frame) => {
    const api: AnyApi = apiByKey(frame.key)!
    const request = bytesOf(frame.request)!
    const header = decodeRequestHeader(request, (key) => apiByKey(key)?.flexibleFrom)
    expect(header).toMatchObject({
      apiKey: frame.key,
      apiVersion: version,
      correlationId: frame.correlationId,
    })
    const again = encodeRequest(api, version, decodeRequest(api, version, header.body))
    expect(Buffer.concat([encodeRequestHeader(api, header), ...again]).equals(request)).toBe(true)

    const response = bytesOf(frame.response)
    if (response === null) return
    expect(response.readInt32BE(0)).toBe(frame.correlationId)
    const body = decodeResponse(api, version, responseBody(api, version, response.subarray(4)))
    const whole = [
      encodeResponseHeader(api, version, frame.correlationId),
      ...encodeResponse(api, version, body),
    ]
    expect(Buffer.concat(whole).equals(response)).toBe(true)
  })
})

describe('batches of real clients', () => {
  const cases = batches.map((batch) => [batch.source, batch.compression, batch.timestampType, batch] as const)

  it.each(cases)(
    '%s, %s, %s: decodes to what Java reads',
    async (_source, compression, timestampType, batch) => {
      const { header, records } = await decodeBatch(bytesOf(batch.bytes)!)
      expect({
        compression: compressionTypeOf(header.attributes),
        timestampType:
          (header.attributes & batchAttribute.logAppendTime) === 0 ? 'CreateTime' : 'LogAppendTime',
        isTransactional: (header.attributes & batchAttribute.transactional) !== 0,
        isControl: isControlBatch(header),
        baseOffset: Number(header.baseOffset),
        lastOffset: Number(header.baseOffset) + header.lastOffsetDelta,
        partitionLeaderEpoch: header.partitionLeaderEpoch,
        maxTimestamp: Number(header.maxTimestamp),
        producerId: Number(header.producerId),
        producerEpoch: header.producerEpoch,
        baseSequence: header.baseSequence,
        crc: header.crc,
      }).toEqual({
        compression,
        timestampType,
        isTransactional: batch.isTransactional,
        isControl: batch.isControl,
        baseOffset: batch.baseOffset,
        lastOffset: batch.lastOffset,
        partitionLeaderEpoch: batch.partitionLeaderEpoch,
        maxTimestamp: batch.maxTimestamp,
        producerId: batch.producerId,
        producerEpoch: batch.producerEpoch,
        baseSequence: batch.baseSequence,
        crc: batch.crc,
      })
      expect(records).toEqual(
        batch.records.map(({ offset, timestamp, key, value, headers }) => ({
          offset: BigInt(offset),
          timestamp: BigInt(timestamp),
          key: bytesOf(key),
          value: bytesOf(value),
          headers: headers.map(([name, content]) => [bytesOf(name)!.toString(), bytesOf(content)]),
        })),
      )
      if (batch.isControl) expect(decodeControlRecord(records[0]!)?.type).toMatch(/^(commit|abort)$/)
    },
  )

  it('cover every codec, markers and the time of the log', () => {
    expect(new Set(batches.map((batch) => batch.compression))).toEqual(
      new Set(['none', 'gzip', 'snappy', 'lz4', 'zstd']),
    )
    expect(batches.some((batch) => batch.isControl)).toBe(true)
    expect(batches.some((batch) => batch.timestampType === 'LogAppendTime')).toBe(true)
  })
})

describe('murmur2', () => {
  const keys = golden<readonly [hex: string, hash: number]>('murmur2')

  it('gives what Utils.murmur2 gives', () => {
    expect(keys.map(([hex]) => murmur2(Buffer.from(hex, 'hex')))).toEqual(keys.map(([, hash]) => hash))
  })

  it('places keys by the hash without its sign', () => {
    for (const [hex, hash] of keys) {
      expect(partitionForKey(Buffer.from(hex, 'hex'), 7)).toBe((hash & 0x7fffffff) % 7)
    }
  })
})
