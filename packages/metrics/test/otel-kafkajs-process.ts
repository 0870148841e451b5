// Sends and consumes by Headwater and by kafkajs, side by side, and prints what was traced as JSON.
import { startKafka } from '@headwater/embedded'
import { otelTracing } from '@headwater/metrics/otel'
import { createProducer } from '@headwater/producer'
import { Kafka, logLevel } from 'kafkajs'
import { recorded } from './otel-kafkajs-setup.ts'

await using kafka = await startKafka({ topics: { ours: {}, theirs: {} } })
const client = new Kafka({ brokers: kafka.bootstrapServers.split(','), logLevel: logLevel.NOTHING })
{
  const { hooks } = otelTracing({ clientId: 'shop' })
  await using producer = createProducer({ kafka: client, hooks })
  await producer.sendMany([1, 2].map((value) => ({ topic: 'ours', value: `${value}` })))
}
const producer = client.producer()
await producer.connect()
await producer.send({ topic: 'theirs', messages: [{ value: '1' }] })
await producer.disconnect()

const consumer = client.consumer({ groupId: 'group', maxWaitTimeInMs: 50 })
await consumer.connect()
await consumer.subscribe({ topics: ['ours', 'theirs'], fromBeginning: true })
let left = 3
await new Promise<void>((resolve, reject) => {
  const eachMessage = (): Promise<void> => {
    if (--left === 0) resolve()
    return Promise.resolve()
  }
  consumer.run({ eachMessage }).catch(reject)
})
await consumer.disconnect()

const parents = async (topic: string) =>
  (await kafka.records(topic)).map(({ headers }) =>
    headers.filter(([name]) => name === 'traceparent').map(([, value]) => value?.toString()),
  )
const traced = recorded.spans().map((span) => ({
  name: span.name,
  kind: span.kind,
  scope: span.instrumentationScope.name,
  spanId: span.spanContext().spanId,
  parent: span.parentSpanContext?.spanId,
}))
console.log(JSON.stringify({ traced, ours: await parents('ours'), theirs: await parents('theirs') }))
