import type { Kafka } from 'kafkajs'

/** Makes the topics that do not exist yet, each with as many replicas as the cluster can give, three at most. */
export async function ensureTopics(
  kafka: Kafka,
  topics: Readonly<Record<string, { readonly partitions: number }>>,
  minInsyncReplicas: number,
): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const existing = new Set(await admin.listTopics())
    const missing = Object.entries(topics).filter(([topic]) => !existing.has(topic))
    if (missing.length === 0) return
    const { brokers } = await admin.describeCluster()
    const replicationFactor = Math.min(3, brokers.length)
    const inSync = Math.min(minInsyncReplicas, replicationFactor)
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map(([topic, { partitions }]) => ({
        topic,
        numPartitions: partitions,
        replicationFactor,
        configEntries: [{ name: 'min.insync.replicas', value: String(inSync) }],
      })),
    })
  } finally {
    await admin.disconnect()
  }
}
