import {
  createProducer,
  type Producer,
  type ProducerIdRenewed,
  type ProducerTuning,
  type SendOptions,
  type SendResult,
  type Settled,
} from '@headwater/producer'
import { createTopics, decodeBatch, deleteTopics, errorCode } from '@headwater/protocol'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { BrokerBench, noTopicId, until, type FactTopic } from './broker/broker-bench.ts'
import { makeBatch } from './broker/make-batch.ts'
import { produceTo, readBatches } from './broker/produce-to.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import { FaultProxy } from './fault-proxy.ts'
import { readTopic } from './log-reader.ts'
import { readOutcomeRow } from './outcome-row.ts'

/** What a fact has at hand. */
interface OutcomeBench {
  readonly broker: BrokerBench
  readonly proxy: FaultProxy
  readonly producer: Producer
  readonly topic: FactTopic
  readonly settled: readonly Settled[]
  /** Sends a record whose end the row tells of. */
  readonly subject: (options?: SendOptions, value?: string) => Promise<SendResult>
}

/** What a fact starts from. */
interface OutcomeSetting {
  readonly tuning?: ProducerTuning
  readonly config?: Readonly<Record<string, string>>
  /** Whether a record was delivered before; the default. */
  readonly warm?: boolean
  /** Whether the producer can go on afterwards; the default. */
  readonly goesOn?: boolean
}

const short = { deliveryTimeoutMs: 400 }
/** Longer than the shortest deadline here; whatever comes next waits for it, too. */
const late = { kind: 'delay-response', ms: 1200 } as const
/** Longer than the shortest deadline here, even with its jitter. */
const slow: ProducerTuning = { retryBackoffMs: 1000, retryBackoffMaxMs: 1000 }
const patience = { timeout: 10_000, interval: 5 }
const possibleCopies: Readonly<Record<string, readonly number[]>> = {
  delivered: [1],
  unknown: [0, 1],
  rejected: [0],
  'not-sent': [0],
}

/** The rows of "How a record ends" in DESIGN.md that can be brought about on any Kafka. */
export function describeOutcomes(getCluster: () => ClusterUnderTest): void {
  let proxy: FaultProxy
  let broker: BrokerBench
  let kafka: Kafka

  beforeAll(async () => {
    const { brokers } = getCluster()
    proxy = await FaultProxy.start(brokers)
    broker = new BrokerBench(getCluster())
    kafka = new Kafka({
      brokers: [...brokers],
      clientId: 'outcomes',
      logLevel: logLevel.NOTHING,
      socketFactory: proxy.socketFactory,
    })
  })
  afterAll(async () => {
    await proxy.close()
    await broker.close()
  })

  const fact = (
    id: string,
    provoke: (bench: OutcomeBench) => Promise<SendResult | readonly SendResult[]>,
    { tuning = {}, config = {}, warm = true, goesOn = true }: OutcomeSetting = {},
  ): void => {
    it(
      id,
      async () => {
        const row = readOutcomeRow(id)
        const topic = await broker.topic({ config })
        const renewed: ProducerIdRenewed[] = []
        const settled: Settled[] = []
        const producer = createProducer({
          kafka,
          retryBackoffMs: 20,
          requestTimeoutMs: 10_000,
          ...tuning,
          hooks: {
            onProducerIdRenewed: (event) => void renewed.push(event),
            onSettled: (event) => void settled.push(event),
          },
        })
        const send = (value: string, key: string | null, options: SendOptions = {}): Promise<SendResult> =>
          producer.trySend({ topic: topic.name, partition: 0, key, value }, options)
        let results: readonly SendResult[]
        let subjects = 0
        try {
          if (warm) expect(await send('warm', 'k')).toMatchObject({ status: 'delivered' })
          const subject: OutcomeBench['subject'] = (options, value = '') =>
            send(`subject ${++subjects} ${value}`, null, options)
          results = [await provoke({ broker, proxy, producer, topic, settled, subject })].flat()
          for (const { status, error } of results) {
            expect({ status, retriable: error?.retriable }).toEqual({
              status: row.outcome,
              retriable: row.retriable,
            })
            if (row.code !== "Kafka's name") expect(error?.code ?? '').toBe(row.code)
          }
          if (goesOn) {
            expect(await send('next', 'k')).toMatchObject({ status: 'delivered' })
            const shown = renewed.map(({ producerEpoch }) => (producerEpoch === 0 ? 'new id' : 'next epoch'))
            const changed = row.numbering === 'next epoch' || row.numbering === 'new id'
            expect(shown).toEqual(changed ? results.map(() => row.numbering) : [])
          }
        } finally {
          await producer.close({ timeoutMs: 5000 })
        }
        const log = (await readTopic(getCluster().brokers, topic.name)).map(({ value }) => value!)
        for (let i = 1; i <= subjects; i++) {
          const copies = log.filter((value) => value.startsWith(`subject ${i} `)).length
          expect(possibleCopies[row.outcome]).toContain(copies)
        }
        if (goesOn) expect(log.at(-1)).toBe('next')
      },
      30_000,
    )
  }

  fact('acknowledged', ({ subject }) => subject())
  fact('nothing-asked', ({ subject }) => subject(), {
    tuning: { acks: 0, enableIdempotence: false },
    // Nobody says when the next record is in the log.
    goesOn: false,
  })
  fact('answer-lost', ({ proxy: between, subject }) => {
    between.order({ kind: 'lose-response' })
    return subject()
  })
  fact('request-lost', ({ proxy: between, subject }) => {
    between.order({ kind: 'lose-request' })
    return subject()
  })
  fact('no-such-partition', ({ producer, topic }) =>
    producer.trySend({ topic: topic.name, partition: 7, value: 'x' }),
  )
  fact(
    'no-such-topic',
    ({ producer }) => producer.trySend({ topic: broker.name('missing'), partition: 0, value: 'x' }),
    { tuning: { maxBlockMs: 500 } },
  )
  fact(
    'too-large-together',
    ({ subject }) => Promise.all([subject({}, 'x'.repeat(600)), subject({}, 'x'.repeat(600))]),
    {
      config: { 'max.message.bytes': '1000' },
    },
  )
  fact('too-large-alone', ({ subject }) => subject({}, 'x'.repeat(2000)), {
    config: { 'max.message.bytes': '1000' },
  })
  // A compacted topic takes no record without a key.
  fact('refused', ({ subject }) => subject(), { config: { 'cleanup.policy': 'compact' } })
  fact(
    'deadline-refused',
    async ({ topic, subject }) => {
      await deleted(topic)
      const result = await subject(short)
      expect(result.error?.code).toBe('UNKNOWN_TOPIC_OR_PARTITION')
      await created(topic)
      return result
    },
    { tuning: slow },
  )
  fact(
    'aborted-refused',
    async ({ producer, topic, subject }) => {
      await deleted(topic)
      const controller = new AbortController()
      const sent = subject({ signal: controller.signal })
      await vi.waitUntil(() => producer.stats().retries > 0, patience)
      controller.abort()
      await created(topic)
      return sent
    },
    { tuning: slow },
  )
  fact(
    'closed-refused',
    async ({ producer, topic, subject }) => {
      await deleted(topic)
      const sent = subject()
      await vi.waitUntil(() => producer.stats().retries > 0, patience)
      await producer.close({ timeoutMs: 50 })
      await created(topic)
      return sent
    },
    { tuning: slow, goesOn: false },
  )
  fact('deadline-unanswered', ({ proxy: between, subject }) => {
    between.order(late)
    return subject(short)
  })
  fact('aborted-unanswered', async ({ proxy: between, subject }) => {
    const { fired } = between
    between.order(late)
    const controller = new AbortController()
    const sent = subject({ signal: controller.signal })
    await vi.waitUntil(() => between.fired > fired, patience)
    controller.abort()
    return sent
  })
  fact(
    'closed-unanswered',
    async ({ proxy: between, producer, subject }) => {
      between.order(late)
      const sent = subject()
      await producer.close({ timeoutMs: 100 })
      return sent
    },
    { goesOn: false },
  )
  fact('late-delivered', async ({ proxy: between, settled, subject }) => {
    between.order(late)
    await subject(short)
    const end = await vi.waitUntil(() => settled.find((event) => event.late), patience)
    if (end.status === 'failed') throw end.error
    return { status: end.status, receipt: end.receipt } as SendResult
  })
  // Another client writes under the producer's own id, as if the log had lost or gained something.
  fact('numbering-lost', async ({ topic, subject }) => {
    const own = await lastProducer(topic)
    const stolen = makeBatch(['stolen', 'stolen'], { ...own, baseSequence: own.baseSequence + 1 })
    expect(await produceTo(broker, topic, stolen)).toMatchObject({ errorCode: 0 })
    return subject()
  })
  fact('id-lost', async ({ topic, subject }) => {
    const { producerId, producerEpoch } = await lastProducer(topic)
    const fencing = makeBatch(['fencing'], { producerId, producerEpoch: producerEpoch + 1, baseSequence: 0 })
    expect(await produceTo(broker, topic, fencing)).toMatchObject({ errorCode: 0 })
    return subject()
  })

  /** Under which id, epoch and sequence the latest batch of a topic stands in the log. */
  const lastProducer = async (topic: FactTopic) => {
    const { header } = await decodeBatch((await readBatches(broker, topic)).at(-1)!)
    const { producerId, producerEpoch, baseSequence } = header
    return { producerId, producerEpoch, baseSequence }
  }

  /** A broker that has deleted a topic may take records for it a moment longer. */
  const deleted = async (topic: FactTopic): Promise<void> => {
    const client = await broker.client()
    const leader = await broker.leader(topic)
    await client.send(deleteTopics, 6, {
      topics: [{ name: topic.name, topicId: noTopicId }],
      timeoutMs: 10_000,
    })
    await until('the deletion', async () => {
      const { errorCode: code } = await produceTo(broker, topic, makeBatch(['probe']), { client: leader })
      return code === errorCode.UNKNOWN_TOPIC_OR_PARTITION ? true : undefined
    })
  }

  const created = async ({ name }: FactTopic): Promise<void> => {
    const { replicationFactor } = getCluster()
    const client = await broker.client()
    // The id of the answer: by its name metadata may still tell of the topic that was deleted.
    const id = await until('the creation', async () => {
      const { topics } = await client.send(createTopics, 7, {
        topics: [{ name, numPartitions: 1, replicationFactor, assignments: [], configs: [] }],
      })
      return topics[0]!.errorCode === 0 ? topics[0]!.topicId : undefined
    })
    await broker.settled({ name, id }, 1)
  }
}
