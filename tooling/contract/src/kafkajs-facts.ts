import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import { FaultProxy } from './fault-proxy.ts'
import { readTopic } from './log-reader.ts'

/**
 * Why this project exists: what the kafkajs producer does in situations in which ours delivers. These facts document the
 * difference; if one of them ever fails, kafkajs has become better and the documents that name it must say so.
 */
export function describeKafkajsLosses(getCluster: () => ClusterUnderTest, topicName: () => string): void {
  let proxy: FaultProxy
  let kafka: Kafka

  beforeAll(async () => {
    const { brokers } = getCluster()
    proxy = await FaultProxy.start(brokers)
    const { socketFactory } = proxy
    kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, socketFactory })
  })
  afterAll(() => proxy.close())

  it('acknowledges a record that it never wrote, and writes another twice, when one answer is lost', async () => {
    const topic = topicName()
    const { replicationFactor, brokers } = getCluster()
    const admin = kafka.admin()
    await admin.connect()
    await admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic, numPartitions: 1, replicationFactor }],
    })
    await admin.disconnect()
    const producer = kafka.producer({ idempotent: true })
    await producer.connect()
    const send = (value: string): Promise<unknown> =>
      producer.send({ topic, acks: -1, messages: [{ key: 'k', value }] })
    // Metadata is fetched now, so that the three below meet at the broker's door.
    await send('warm')
    proxy.order({ kind: 'lose-response' })
    await Promise.all([send('A'), send('B'), send('C')])
    await producer.disconnect()
    const log = await readTopic(brokers, topic)
    const values = log.map(({ value }) => value)
    const lost = ['A', 'B', 'C'].filter((value) => !values.includes(value))
    const doubled = ['A', 'B', 'C'].filter((value) => values.filter((other) => other === value).length > 1)
    expect({ acknowledged: 3, lost: lost.length, doubled: doubled.length }).toEqual({
      acknowledged: 3,
      lost: 1,
      doubled: 1,
    })
  })

  it('acknowledges a record for a partition that does not exist, and drops it', async () => {
    const topic = topicName()
    const { replicationFactor, brokers } = getCluster()
    const admin = kafka.admin()
    await admin.connect()
    await admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic, numPartitions: 1, replicationFactor }],
    })
    await admin.disconnect()
    const producer = kafka.producer()
    await producer.connect()
    const result = await producer.send({ topic, messages: [{ value: 'nowhere', partition: 7 }] })
    await producer.disconnect()
    expect(result).toEqual([])
    expect(await readTopic(brokers, topic)).toEqual([])
  })
}
