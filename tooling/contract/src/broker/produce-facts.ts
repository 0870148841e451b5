import { batchField, decodeBatch, errorCode, metadata, produce, readBatchHeader } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { until, type BrokerBench } from './broker-bench.ts'
import { makeBatch } from './make-batch.ts'
import { missingTopic, produceRequest, produceTo, readBatches, topicIdsSince } from './produce-to.ts'

const versions = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]

/** What Produce answers, and what stands in the log afterwards. */
export function describeProduce(getBench: () => BrokerBench): void {
  describe.each(versions)('Produce v%i', (version) => {
    it('gives the offset of the first record, and the next free one to the next batch', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const first = await produceTo(bench, topic, makeBatch(['a', 'b', 'c']), { version })
      expect(first).toEqual({
        index: 0,
        errorCode: 0,
        baseOffset: 0n,
        logAppendTimeMs: -1n,
        logStartOffset: version >= 5 ? 0n : -1n,
        recordErrors: [],
        errorMessage: null,
        currentLeader: { leaderId: -1, leaderEpoch: -1 },
      })
      expect(await produceTo(bench, topic, makeBatch(['d']), { version })).toMatchObject({ baseOffset: 3n })
    })

    it('refuses a topic that is not there', async () => {
      const bench = getBench()
      const client = await bench.client()
      const answer = await produceTo(bench, missingTopic(bench), makeBatch(['a']), { version, client })
      expect(answer).toMatchObject({
        errorCode:
          version >= topicIdsSince ? errorCode.UNKNOWN_TOPIC_ID : errorCode.UNKNOWN_TOPIC_OR_PARTITION,
        baseOffset: -1n,
        logAppendTimeMs: -1n,
        logStartOffset: -1n,
      })
    })

    it('refuses a partition that is not there', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const client = await bench.leader(topic)
      const answer = await produceTo(bench, topic, makeBatch(['a']), { version, client, partition: 1 })
      expect(answer).toMatchObject({ index: 1, errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION })
    })

    it('appends to the good partitions of a request with a bad one', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const client = await bench.leader(topic)
      const partitionData = [
        { index: 7, records: makeBatch(['nowhere']) },
        { index: 0, records: makeBatch(['here']) },
      ]
      const { responses } = await client.send(produce, version, {
        ...produceRequest(topic, null),
        topicData: [{ name: topic.name, topicId: topic.id, partitionData }],
      })
      const answers = responses.flatMap(({ partitionResponses }) => partitionResponses)
      expect(new Map(answers.map(({ index, errorCode: code }) => [index, code]))).toEqual(
        new Map([
          [7, errorCode.UNKNOWN_TOPIC_OR_PARTITION],
          [0, 0],
        ]),
      )
    })
  })

  describe('acks', () => {
    it.each([2, -2, 100])('refuses acks %i', async (acks) => {
      const bench = getBench()
      const topic = await bench.topic()
      expect(await produceTo(bench, topic, makeBatch(['a']), { acks })).toMatchObject({
        errorCode: errorCode.INVALID_REQUIRED_ACKS,
        baseOffset: -1n,
      })
      expect(await readBatches(bench, topic)).toHaveLength(0)
    })

    it('1 is answered with the offset', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      expect(await produceTo(bench, topic, makeBatch(['a']), { acks: 1 })).toMatchObject({
        errorCode: 0,
        baseOffset: 0n,
      })
    })

    it('0 is not answered, and appended', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const client = await bench.fresh(await bench.leaderAddress(topic))
      client.post(produce, 9, produceRequest(topic, makeBatch(['a']), { acks: 0 }))
      // The answer to the request behind it is the first that comes.
      await client.send(metadata, 12, { topics: [] })
      // Nobody has waited for the followers, and a consumer sees only what they have, too.
      const batches = await until('the batch', async () => {
        const visible = await readBatches(bench, topic)
        return visible.length > 0 ? visible : undefined
      })
      expect(batches).toHaveLength(1)
    })

    it.each([
      ['a topic that is not there', 'topic'],
      ['a partition that is not there', 'partition'],
      ['a bad batch', 'batch'],
    ])('0 closes the connection over %s', async (_, bad) => {
      const bench = getBench()
      const topic = await bench.topic()
      const client = await bench.fresh(await bench.leaderAddress(topic))
      const batch = makeBatch(['a'])
      if (bad === 'batch') batch.writeUInt32BE(1, batchField.crc)
      const target = bad === 'topic' ? missingTopic(bench) : topic
      const partition = bad === 'partition' ? 3 : 0
      client.post(produce, 9, produceRequest(target, batch, { acks: 0, partition }))
      expect(await client.closed).toBe('closed')
    })

    it('all is enough where min.insync.replicas asks for more than there are replicas', async () => {
      const bench = getBench()
      const topic = await bench.topic({
        config: { 'min.insync.replicas': String(bench.cluster.replicationFactor + 1) },
      })
      expect(await produceTo(bench, topic, makeBatch(['a']))).toMatchObject({ errorCode: 0, baseOffset: 0n })
    })
  })

  describe('Produce', () => {
    it('takes a request without topics', async () => {
      const client = await getBench().client()
      const request = { transactionalId: null, acks: -1, timeoutMs: 1000, topicData: [] }
      expect((await client.send(produce, 9, request)).responses).toEqual([])
    })

    it('counts the offsets of each partition for itself', async () => {
      const bench = getBench()
      const topic = await bench.topic({ partitions: 2 })
      await produceTo(bench, topic, makeBatch(['a', 'b']), { partition: 0 })
      expect(await produceTo(bench, topic, makeBatch(['c']), { partition: 1 })).toMatchObject({
        baseOffset: 0n,
      })
    })

    it('changes nothing of a batch but its base offset and leader epoch', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      await produceTo(bench, topic, makeBatch(['before']))
      const sent = makeBatch([
        {
          key: 'k',
          value: 'v',
          headers: [
            ['h', '1'],
            ['h', null],
            ['', ''],
          ],
          timestamp: 1_600_000_000_000,
        },
        { key: '', value: null, timestamp: 1_599_999_999_999 },
      ])
      await produceTo(bench, topic, sent)
      const [, stored] = await readBatches(bench, topic)
      expect(readBatchHeader(stored!)).toMatchObject({ baseOffset: 1n, partitionLeaderEpoch: 0 })
      const asSent = Buffer.from(stored!)
      asSent.writeBigInt64BE(0n, batchField.baseOffset)
      asSent.writeInt32BE(-1, batchField.partitionLeaderEpoch)
      expect(asSent.equals(sent)).toBe(true)
    })

    it('stamps batches of a LogAppendTime topic with the time that it answers', async () => {
      const bench = getBench()
      const topic = await bench.topic({ config: { 'message.timestamp.type': 'LogAppendTime' } })
      const sinceMs = BigInt(Date.now() - 60_000)
      const { logAppendTimeMs, errorCode: code } = await produceTo(bench, topic, makeBatch(['a', 'b']))
      expect(code).toBe(0)
      expect(logAppendTimeMs).toBeGreaterThan(sinceMs)
      const [stored] = await readBatches(bench, topic)
      const { header, records } = await decodeBatch(stored!)
      expect(header).toMatchObject({ attributes: 0x08, maxTimestamp: logAppendTimeMs })
      expect(records.map(({ timestamp }) => timestamp)).toEqual([logAppendTimeMs, logAppendTimeMs])
    })

    it('takes any timestamp of a client in a LogAppendTime topic', async () => {
      const bench = getBench()
      const topic = await bench.topic({ config: { 'message.timestamp.type': 'LogAppendTime' } })
      const batch = makeBatch([{ value: 'from the future', timestamp: 32_503_680_000_000 }])
      expect(await produceTo(bench, topic, batch)).toMatchObject({ errorCode: 0 })
    })
  })
}
