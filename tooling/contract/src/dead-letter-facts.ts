import { createProducer, type Producer, type ProducerTuning, type SendResult } from '@headwater/producer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BrokerBench, type FactTopic } from './broker/broker-bench.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import { readTopic, type LoggedRecord } from './log-reader.ts'

/** A refusal that a cluster itself comes to, by the settings of a topic. */
interface Refusal {
  readonly config: Readonly<Record<string, string>>
  readonly record: { readonly key: string | null; readonly value: string; readonly timestamp?: number }
  readonly code: string
}

const dayMs = 86_400_000

const refusals: Readonly<Record<string, Refusal>> = {
  'too large for its topic': {
    config: { 'max.message.bytes': '500' },
    record: { key: 'k', value: 'v'.repeat(2000) },
    code: 'MESSAGE_TOO_LARGE',
  },
  'without a key in a compacted topic': {
    config: { 'cleanup.policy': 'compact' },
    record: { key: null, value: 'v' },
    code: 'INVALID_RECORD',
  },
  'of a time that its topic refuses': {
    config: { 'message.timestamp.before.max.ms': '3600000' },
    record: { key: 'k', value: 'v', timestamp: Date.now() - 7 * dayMs },
    code: 'INVALID_TIMESTAMP',
  },
}

/** What the producer's policy `onRejected` promises, with refusals that no test made up. */
export function describeDeadLetters(getCluster: () => ClusterUnderTest): void {
  let bench: BrokerBench

  beforeAll(() => {
    bench = new BrokerBench(getCluster())
  })
  afterAll(() => bench.close())

  const sendWith = async (
    tuning: ProducerTuning,
    send: (producer: Producer) => Promise<SendResult[]>,
  ): Promise<SendResult[]> => {
    const connection = { brokers: [...bench.cluster.brokers], clientId: 'dead-letters' }
    const producer = createProducer({ connection, ...tuning })
    try {
      return await send(producer)
    } finally {
      await producer.close()
    }
  }
  const read = (topic: FactTopic): Promise<readonly LoggedRecord[]> =>
    readTopic(bench.cluster.brokers, topic.name)

  describe('a record', () => {
    for (const [what, { config, record, code }] of Object.entries(refusals)) {
      it(`${what} is a dead letter, and its neighbours are delivered in order`, async () => {
        const topic = await bench.topic({ config })
        const dead = await bench.topic()
        const headers = [
          ['trace', 'a'],
          ['trace', 'b'],
        ] as const
        const well = ['1', '2', '3'].map((value) => ({ topic: topic.name, key: 'k', value }))
        const refused = { topic: topic.name, headers, ...record }
        const results = await sendWith({ onRejected: { topic: dead.name, service: 'facts' } }, (producer) =>
          Promise.all([...well.slice(0, 2), refused, ...well.slice(2)].map((one) => producer.trySend(one))),
        )
        expect(results[2]).toMatchObject({
          status: 'dead-lettered',
          error: { code, topic: topic.name, deadLetter: { receipt: { topic: dead.name, offset: 0n } } },
        })
        expect(results.map(({ status }) => status)).toEqual([
          'delivered',
          'delivered',
          'dead-lettered',
          'delivered',
        ])
        expect((await read(topic)).map(({ value }) => value)).toEqual(['1', '2', '3'])
        const letters = await read(dead)
        expect(letters).toHaveLength(1)
        expect(letters[0]).toMatchObject({ key: record.key, value: record.value })
        expect(letters[0]!.headers).toMatchObject({
          trace: 'a,b',
          'dlq.original.topic': topic.name,
          'dlq.original.partition': '0',
          'dlq.original.key-present': String(record.key !== null),
          'dlq.error.code': code,
          'dlq.disposition': 'producer-rejected',
          'dlq.service': 'facts',
        })
      })
    }

    it('whose dead letter is refused, too, is rejected with both errors', async () => {
      const config = { 'max.message.bytes': '500' }
      const [topic, dead] = [await bench.topic({ config }), await bench.topic({ config })]
      const [result] = await sendWith({ onRejected: { topic: dead.name } }, async (producer) => [
        await producer.trySend({ topic: topic.name, key: 'k', value: 'v'.repeat(2000) }),
      ])
      expect(result).toMatchObject({
        status: 'rejected',
        error: {
          code: 'MESSAGE_TOO_LARGE',
          deadLetter: { error: { code: 'MESSAGE_TOO_LARGE', topic: dead.name } },
        },
      })
      expect(await read(dead)).toEqual([])
    })

    it('whose dead-letter topic is missing is rejected with both errors', async () => {
      const topic = await bench.topic({ config: { 'max.message.bytes': '500' } })
      const onRejected = { topic: bench.name('missing'), limits: { maxBlockMs: 1000 } }
      const [result] = await sendWith({ onRejected }, async (producer) => [
        await producer.trySend({ topic: topic.name, key: 'k', value: 'v'.repeat(2000) }),
      ])
      expect(result).toMatchObject({
        status: 'rejected',
        error: {
          code: 'MESSAGE_TOO_LARGE',
          deadLetter: { error: { code: 'UNKNOWN_TOPIC_OR_PARTITION', outcome: 'not-sent' } },
        },
      })
    })
  })
}
