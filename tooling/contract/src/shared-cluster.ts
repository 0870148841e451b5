import { Kafka, logLevel } from 'kafkajs'
import type { ClusterUnderTest } from './cluster-under-test.ts'

/** Describes the real cluster that the whole run shares, as far as facts need to know it. */
export async function describeSharedCluster(bootstrap: string): Promise<ClusterUnderTest> {
  const admin = new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const { brokers } = await admin.describeCluster()
    return {
      name: 'real',
      brokers: brokers.map(({ host, port }) => `${host}:${port}`),
      replicationFactor: Math.min(3, brokers.length),
    }
  } finally {
    await admin.disconnect()
  }
}
