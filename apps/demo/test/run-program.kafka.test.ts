import { startRegistry } from '@headwater/embedded'
import { testKafka, uniqueTopic } from '@headwater/kafka'
import { describe, expect, it } from 'vitest'
import { DemoProcess } from './demo-process.ts'

const bootstrapServers = testKafka()

// Without a real Kafka there is no cluster to run it on; the line printed above says why there is none.
describe.skipIf(bootstrapServers === undefined)('runProgram on a real Kafka', () => {
  it('finds every mail that was answered once and in order', { timeout: 60_000 }, async () => {
    await using registry = await startRegistry()
    const { code, json, stderr } = await new DemoProcess(['--cluster', '--count', '300', '--json'], {
      KAFKA_BOOTSTRAP_SERVERS: bootstrapServers!,
      SCHEMA_REGISTRY_URL: registry.url,
      KAFKA_TOPIC_RAW_MESSAGES: uniqueTopic('demo-raw'),
      KAFKA_TOPIC_DLQ: uniqueTopic('demo-dlq'),
    }).end()
    expect(code, stderr).toBe(0)
    expect(json).toMatchObject({
      sent: 300,
      stored: 300,
      lost: 0,
      duplicated: 0,
      reordered: 0,
      deadLettered: 10,
      faults: 0,
    })
  })
})
