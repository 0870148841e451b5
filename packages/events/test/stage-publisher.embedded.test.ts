import { Buffer } from 'node:buffer'
import { startKafka } from '@headwater/embedded'
import { createProducer } from '@headwater/producer'
import { createAvroCodec, createRegistry } from '@headwater/schemas'
import { expect, it } from 'vitest'
import { createStagePublisher, resolveStageTopics, stageSchemas } from '../src/index.ts'

it(
  'has stage events and failures in the log, in Avro, once, when answers are lost',
  { timeout: 30_000 },
  async () => {
    const topics = { 'docs.ocr': { partitions: 3 }, 'processing-errors': {}, 'extraction-dlq': {} }
    await using kafka = await startKafka({ registry: true, topics })
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const registry = createRegistry({ url: kafka.registryUrl })
    const codec = await createAvroCodec({ registry, topics: stageSchemas({ topic: 'docs.ocr' }) })
    const stages = createStagePublisher({
      producer,
      codec,
      service: 'extraction',
      topics: resolveStageTopics(['ocr'], { ocr: 'docs.ocr' }),
    })
    kafka.faults.on('Produce').script(['loseResponse', 'pass', 'loseResponse', 'loseRequest'])
    await stages.publishEvent('ocr', { entityId: 'doc-1', data: { pages: 3 } })
    const value = Buffer.from([0, 1, 2, 255])
    const original = { topic: 'docs.received', partition: 0, offset: 7n, key: null, value, timestamp: 1000 }
    await stages.publishFailure({ stage: 'ocr', entityId: 'doc-2', error: new Error('blank'), original })

    const [completed, ...more] = await kafka.records('docs.ocr')
    expect(more).toEqual([])
    expect(codec.decode(Buffer.from(completed!.value!))).toMatchObject({
      entity_id: 'doc-1',
      data: '{"pages":3}',
    })
    const [letter, ...letters] = await kafka.records('extraction-dlq')
    expect(letters).toEqual([])
    expect([letter?.key, Buffer.from(letter!.value!), letter?.timestamp]).toEqual([null, value, 1000n])
    const [summary, ...summaries] = await kafka.records('processing-errors')
    expect(summaries).toEqual([])
    expect(codec.decode(Buffer.from(summary!.value!))).toMatchObject({
      event_id: 'extraction/ocr/docs.received/0/7/failed',
      entity_id: 'doc-2',
      dead_letter: { topic: 'extraction-dlq', partition: 0, offset: '0' },
    })
  },
)
