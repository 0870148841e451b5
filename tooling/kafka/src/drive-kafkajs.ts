import kafkajs, { type Kafka, type Producer } from 'kafkajs'

const { CompressionTypes, ConfigResourceTypes, logLevel } = kafkajs

const timestamp = '1700000000000'

/** Takes kafkajs through most of the requests that it knows; capture-golden.ts records them. */
export async function driveKafkajs(bootstrapServers: string, saslBootstrapServers: string): Promise<void> {
  const kafka = new kafkajs.Kafka({
    clientId: 'kafkajs',
    brokers: [bootstrapServers],
    logLevel: logLevel.ERROR,
  })
  const topic = 'kafkajs-topic'
  await administrate(kafka, topic)
  await withProducer(kafka.producer(), async (producer) => {
    const messages = [
      {
        key: 'key',
        value: 'value',
        headers: { a: '1', twice: ['1', '2'], bytes: Buffer.from([0, 255]) },
        timestamp,
      },
      { key: null, value: 'no key', timestamp },
      { key: 'tombstone', value: null, timestamp },
      { key: '', value: '', timestamp },
    ]
    await producer.send({ topic, messages })
    await producer.send({ topic, messages, compression: CompressionTypes.GZIP, acks: 1 })
  })
  await withProducer(
    kafka.producer({ transactionalId: 'kafkajs-transactions', idempotent: true }),
    async (producer) => {
      const committed = await producer.transaction()
      await committed.send({ topic, messages: [{ key: 'in', value: 'transaction', timestamp }] })
      await committed.sendOffsets({
        consumerGroupId: 'kafkajs-txn-group',
        topics: [{ topic, partitions: [{ partition: 0, offset: '3' }] }],
      })
      await committed.commit()
    },
  )
  await consume(kafka, topic, 9)
  const login = { mechanism: 'scram-sha-512', username: 'golden', password: 'golden-password' } as const
  const saslKafka = new kafkajs.Kafka({
    clientId: 'kafkajs',
    brokers: [saslBootstrapServers],
    sasl: login,
    logLevel: logLevel.ERROR,
  })
  const admin = saslKafka.admin()
  await admin.connect()
  await admin.describeCluster()
  await admin.disconnect()
}

async function withProducer(producer: Producer, use: (producer: Producer) => Promise<void>): Promise<void> {
  await producer.connect()
  await use(producer)
  await producer.disconnect()
}

async function administrate(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin()
  const spare = 'kafkajs-spare'
  const resource = { type: ConfigResourceTypes.TOPIC, name: spare }
  await admin.connect()
  await admin.createTopics({
    waitForLeaders: true,
    topics: [
      { topic, numPartitions: 2 },
      { topic: spare, configEntries: [{ name: 'retention.ms', value: '1000' }] },
    ],
  })
  await admin.createPartitions({ topicPartitions: [{ topic: spare, count: 2 }] })
  await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ ...resource, configNames: ['retention.ms', 'cleanup.policy'] }],
  })
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ ...resource, configEntries: [{ name: 'retention.ms', value: '2000' }] }],
  })
  await admin.setOffsets({
    groupId: 'kafkajs-spare-group',
    topic: spare,
    partitions: [{ partition: 0, offset: '0' }],
  })
  await admin.fetchOffsets({ groupId: 'kafkajs-spare-group', topics: [spare] })
  await admin.fetchTopicOffsets(spare)
  await admin.describeGroups(['kafkajs-spare-group'])
  await admin.listGroups()
  await admin.deleteGroups(['kafkajs-spare-group'])
  await admin.fetchTopicMetadata({ topics: [topic] })
  await admin.deleteTopics({ topics: [spare] })
  await admin.disconnect()
}

async function consume(kafka: Kafka, topic: string, count: number): Promise<void> {
  const consumer = kafka.consumer({ groupId: 'kafkajs-group', heartbeatInterval: 100, maxWaitTimeInMs: 200 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const { promise, resolve } = Promise.withResolvers<void>()
  let seen = 0
  await consumer.run({
    eachBatch: async (payload) => {
      seen += payload.batch.messages.length
      payload.resolveOffset(payload.batch.lastOffset())
      await payload.heartbeat()
      if (seen >= count) resolve()
    },
  })
  await promise
  await consumer.disconnect()
}
