import { Buffer } from 'node:buffer'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { createProducer } from '@headwater/producer'
import { createAvroCodec, createRegistry, type AvroCodec } from '@headwater/schemas'
import { describe, expect, it } from 'vitest'
import { createWorkflowPublisher, workflowSchemas, type WorkflowEvent } from '../src/index.ts'

const triggered: WorkflowEvent = {
  eventType: 'WORKFLOW_TRIGGERED',
  source: 'FASTAPI',
  workflowId: 'nightly',
  workflowRunId: 'run_1',
  data: { triggered_by: 'api' },
}

const topics = { 'workflow.events': { partitions: 3 }, 'custom-topic': {} }

async function avro(kafka: EmbeddedKafka): Promise<AvroCodec> {
  const registry = createRegistry({ url: kafka.registryUrl })
  return await createAvroCodec({ registry, topics: workflowSchemas() })
}

describe('createWorkflowPublisher on a cluster', { timeout: 30_000 }, () => {
  it('has every event once and in order of its run, whatever answer is lost', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const codec = await avro(kafka)
    const workflows = createWorkflowPublisher({
      producer,
      codec,
      producerId: 'scheduler',
      environment: 'test',
    })
    kafka.faults.on('Produce', { topic: 'workflow.events' }).script(['pass', 'loseResponse', 'loseRequest'])
    const events = Array.from({ length: 30 }, (_, n): WorkflowEvent => ({
      ...triggered,
      eventType: n < 15 ? 'WORKFLOW_TRIGGERED' : 'WORKFLOW_COMPLETED',
      workflowRunId: `run_${n % 15}`,
      eventId: `e-${n}`,
    }))
    const results = await Promise.all(events.map((each) => workflows.tryPublishEvent(each)))
    expect(results.map((each) => each.status)).toEqual(events.map(() => 'delivered'))
    const records = await kafka.records('workflow.events')
    const read = records.map((each) => codec.decode(Buffer.from(each.value!)) as Record<string, unknown>)
    expect(read).toHaveLength(30)
    expect(new Set(read.map((each) => each['event_id']))).toEqual(new Set(events.map((each) => each.eventId)))
    for (let run = 0; run < 15; run += 1) {
      const own = read.filter((each) => each['workflow_run_id'] === `run_${run}`)
      expect(own.map((each) => each['event_type'])).toEqual(['WORKFLOW_TRIGGERED', 'WORKFLOW_COMPLETED'])
    }
  })

  it('reads back what was published, from the topic that the call names', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const codec = await avro(kafka)
    const workflows = createWorkflowPublisher({
      producer,
      codec,
      producerId: 'scheduler',
      environment: 'test',
    })
    const { eventId } = await workflows.publishEvent(triggered, { topic: 'custom-topic' })
    const [record] = await kafka.records('custom-topic')
    expect(codec.decode(Buffer.from(record!.value!))).toMatchObject({
      event_id: eventId,
      event_type: 'WORKFLOW_TRIGGERED',
      payload: { data: '{"triggered_by":"api"}' },
      metadata: { environment: 'test' },
    })
  })

  it('says unknown, and no success, when nobody answers within the deadline of the call', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const codec = await avro(kafka)
    const workflows = createWorkflowPublisher({
      producer,
      codec,
      producerId: 'scheduler',
      environment: 'test',
    })
    await workflows.publishEvent(triggered)
    const gate = kafka.faults.on('Produce').holdBeforeReply()
    const result = await workflows.tryPublishEvent(triggered, { deliveryTimeoutMs: 1000 })
    expect(result).toMatchObject({ status: 'unknown', error: { code: 'DELIVERY_TIMEOUT' } })
    gate.release()
    await producer.close({ timeoutMs: 5000 })
  })
})
