import { batchField, crc32c, encodeRequestHeader, errorCode, metadata, produce } from '@headwater/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { RawClient, makeBatch, makeBatchOf, produceTo, topicIdOf } from './raw-client.ts'

/** What a broker checks before it appends, in Kafka's order and with Kafka's codes. */
let kafka: EmbeddedKafka
let client: RawClient

beforeAll(async () => {
  kafka = await startKafka({
    brokers: 2,
    topics: {
      plain: { partitions: 2, replicationFactor: 1 },
      small: { replicationFactor: 1, config: { 'max.message.bytes': '200' } },
      segments: { replicationFactor: 1, config: { 'segment.bytes': '100' } },
      compacted: { replicationFactor: 1, config: { 'cleanup.policy': 'compact' } },
      stamped: { replicationFactor: 1, config: { 'message.timestamp.type': 'LogAppendTime' } },
    },
  })
  client = await RawClient.open(kafka.broker(1).port)
})
afterAll(async () => {
  client[Symbol.dispose]()
  await kafka.close()
})

/** A batch with one field changed and, unless it shall be wrong, a new checksum. */
function altered(change: (batch: Buffer) => void, fixCrc: boolean = true): Buffer {
  const batch = Buffer.from(makeBatch(['value']))
  change(batch)
  if (fixCrc) batch.writeUInt32BE(crc32c(batch, batchField.attributes), batchField.crc)
  return batch
}

const codeOf = async (records: Uint8Array | null, topic: string = 'plain'): Promise<number> =>
  (await produceTo(client, topic, records)).errorCode

describe('Produce', () => {
  it.each([
    ['no records', () => null],
    ['an empty batch', () => Buffer.alloc(0)],
    ['a batch that is cut off', () => makeBatch(['value']).subarray(0, -1)],
    ['two batches', () => Buffer.concat([makeBatch(['1']), makeBatch(['2'])])],
    ['an old format', () => altered((batch) => batch.writeInt8(1, batchField.magic))],
    ['a base offset', () => altered((batch) => batch.writeBigInt64BE(1n, batchField.baseOffset))],
    ['a count that does not match', () => altered((batch) => batch.writeInt32BE(2, batchField.recordCount))],
    [
      'a last delta that does not match',
      () => altered((batch) => batch.writeInt32BE(1, batchField.lastOffsetDelta)),
    ],
    ['a control batch', () => altered((batch) => batch.writeInt16BE(0x20, batchField.attributes))],
    [
      'a producer without a sequence',
      () => altered((batch) => batch.writeBigInt64BE(1n, batchField.producerId)),
    ],
    ['records that end too early', () => altered((batch) => batch.writeInt8(127, batch.length - 12))],
  ])('refuses %s as INVALID_RECORD', async (_what, records) => {
    expect(await codeOf(records())).toBe(errorCode.INVALID_RECORD)
  })

  it('refuses a wrong checksum as CORRUPT_MESSAGE', async () => {
    expect(await codeOf(altered((batch) => batch.writeInt8(1, batch.length - 1), false))).toBe(
      errorCode.CORRUPT_MESSAGE,
    )
  })

  it('looks at the size before the checksum', async () => {
    const records = makeBatch(['x'.repeat(200)])
    records.writeUInt32BE(0, batchField.crc)
    expect(await codeOf(records, 'small')).toBe(errorCode.MESSAGE_TOO_LARGE)
  })

  it('refuses a batch above max.message.bytes by the bytes of the whole batch', async () => {
    const overhead = makeBatch(['']).length
    // One byte of the record's length and of the value's become two each from 64 on.
    expect(await codeOf(makeBatch(['x'.repeat(200 - overhead - 2)]), 'small')).toBe(0)
    expect(await codeOf(makeBatch(['x'.repeat(200 - overhead - 1)]), 'small')).toBe(
      errorCode.MESSAGE_TOO_LARGE,
    )
  })

  it('refuses a batch above segment.bytes as RECORD_LIST_TOO_LARGE', async () => {
    expect(await codeOf(makeBatch(['x'.repeat(100)]), 'segments')).toBe(errorCode.RECORD_LIST_TOO_LARGE)
  })

  it('names the records without a key that a compacted topic cannot take', async () => {
    const timestamp = Date.now()
    const records = [
      { key: 'k', value: '1', timestamp },
      { key: null, value: '2', timestamp },
    ]
    const answer = await produceTo(client, 'compacted', makeBatchOf(records))
    expect(answer).toMatchObject({ errorCode: errorCode.INVALID_RECORD, recordErrors: [{ batchIndex: 1 }] })
  })

  it('refuses a timestamp more than an hour ahead', async () => {
    const answer = await produceTo(client, 'plain', makeBatch(['1'], undefined, Date.now() + 2 * 3600_000))
    expect(answer).toMatchObject({
      errorCode: errorCode.INVALID_TIMESTAMP,
      recordErrors: [{ batchIndex: 0 }],
    })
  })

  it('stamps batches of a topic with LogAppendTime', async () => {
    const before = Date.now()
    const answer = await produceTo(client, 'stamped', makeBatch(['1'], undefined, 17))
    expect(Number(answer.logAppendTimeMs)).toBeGreaterThanOrEqual(before)
    expect((await kafka.records('stamped'))[0]!.timestamp).toBe(answer.logAppendTimeMs)
  })

  it('refuses garbage that claims to be compressed, and zstd before v7', async () => {
    const gzip = altered((batch) => batch.writeInt16BE(1, batchField.attributes))
    expect(await codeOf(gzip)).toBe(errorCode.UNKNOWN_SERVER_ERROR)
    const zstd = altered((batch) => batch.writeInt16BE(4, batchField.attributes))
    const answer = await produceTo(client, 'plain', zstd, { version: 6 })
    expect(answer.errorCode).toBe(errorCode.UNSUPPORTED_COMPRESSION_TYPE)
  })

  it('keeps what one partition got when another one fails', async () => {
    const { responses } = await client.send(produce, 9, {
      acks: 1,
      timeoutMs: 1000,
      topicData: [
        {
          name: 'plain',
          partitionData: [
            { index: 0, records: makeBatch(['kept']) },
            { index: 7, records: makeBatch(['1']) },
          ],
        },
        { name: 'nowhere', partitionData: [{ index: 0, records: makeBatch(['1']) }] },
      ],
    })
    const codes = responses.flatMap(({ partitionResponses }) =>
      partitionResponses.map((one) => one.errorCode),
    )
    expect(codes).toEqual([0, errorCode.UNKNOWN_TOPIC_OR_PARTITION, errorCode.UNKNOWN_TOPIC_OR_PARTITION])
    expect((await kafka.records('plain', { partition: 0 })).at(-1)?.value?.toString()).toBe('kept')
  })

  it('refuses acks other than 0, 1 and all', async () => {
    const answer = await produceTo(client, 'plain', makeBatch(['1']), { acks: 2 })
    expect(answer.errorCode).toBe(errorCode.INVALID_REQUIRED_ACKS)
  })

  it('names the leader when it is another broker, from v10 on', async () => {
    const request = {
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: 'plain', partitionData: [{ index: 1, records: makeBatch(['1']) }] }],
    }
    const told = await client.send(produce, 10, request)
    expect(told.responses[0]!.partitionResponses[0]).toMatchObject({
      errorCode: errorCode.NOT_LEADER_OR_FOLLOWER,
      currentLeader: { leaderId: 2, leaderEpoch: 0 },
    })
    expect(told.nodeEndpoints).toEqual([
      { nodeId: 2, host: '127.0.0.1', port: kafka.broker(2).port, rack: null },
    ])
    const silent = await client.send(produce, 9, request)
    expect(silent.responses[0]!.partitionResponses[0]!.errorCode).toBe(errorCode.NOT_LEADER_OR_FOLLOWER)
  })

  it('takes topic ids from v13 on', async () => {
    const topicId = await topicIdOf(client, 'plain')
    const send = (id: string) =>
      client.send(produce, 13, {
        acks: -1,
        timeoutMs: 1000,
        topicData: [{ topicId: id, partitionData: [{ index: 0, records: makeBatch(['1']) }] }],
      })
    const known = await send(topicId)
    expect(known.responses[0]).toMatchObject({ topicId, partitionResponses: [{ errorCode: 0 }] })
    const unknown = await send('00000000-0000-4000-8000-000000000000')
    expect(unknown.responses[0]!.partitionResponses[0]!.errorCode).toBe(errorCode.UNKNOWN_TOPIC_ID)
  })

  it('answers nothing to acks 0, and hangs up when such a request fails', async () => {
    using own = await RawClient.open(kafka.broker(1).port)
    const before = (await kafka.records('plain', { partition: 0 })).length
    const post = (topic: string): void => {
      const topicData = [{ name: topic, partitionData: [{ index: 0, records: makeBatch(['1']) }] }]
      own.post(produce, 9, { acks: 0, timeoutMs: 1000, topicData })
    }
    post('plain')
    // The next answer on the connection must be the next request's; the client checks that it is.
    await own.send(metadata, 1, { topics: [] })
    expect(await kafka.records('plain', { partition: 0 })).toHaveLength(before + 1)
    post('nowhere')
    await own.closed
  })

  it.each([0, 1, 2])('announces v%i and hangs up on it, as Kafka does', async (version) => {
    using own = await RawClient.open(kafka.broker(1).port)
    const header = encodeRequestHeader(produce, { apiVersion: version, correlationId: 1, clientId: 'old' })
    expect(await own.exchange(Buffer.concat([header, Buffer.alloc(10)]))).toBeUndefined()
  })
})

describe('Produce of a transactional batch', () => {
  it('is refused without a transactional id', async () => {
    const answer = await produceTo(client, 'plain', makeBatch(['1'], { transactional: true }))
    expect(answer.errorCode).toBe(errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
  })
})

describe('min.insync.replicas', () => {
  it('keeps acks all out when too few brokers are alive, and lets acks 1 in', async () => {
    await using cluster = await startKafka({
      brokers: 2,
      topics: { t: { config: { 'min.insync.replicas': '2' } } },
    })
    using own = await RawClient.open(cluster.broker(1).port)
    expect((await produceTo(own, 't', makeBatch(['1']))).errorCode).toBe(0)
    await cluster.broker(2).stop()
    expect((await produceTo(own, 't', makeBatch(['2']))).errorCode).toBe(errorCode.NOT_ENOUGH_REPLICAS)
    expect((await produceTo(own, 't', makeBatch(['3']), { acks: 1 })).errorCode).toBe(0)
    await cluster.broker(2).start()
    expect((await produceTo(own, 't', makeBatch(['4']))).errorCode).toBe(0)
    expect((await cluster.records('t')).map(({ value }) => String(value))).toEqual(['1', '3', '4'])
  })
})
