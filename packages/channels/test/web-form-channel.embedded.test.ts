import { createServer } from 'node:http'
import { startKafka } from '@headwater/embedded'
import { createProducer } from '@headwater/producer'
import { createAvroCodec, createRegistry } from '@headwater/schemas'
import { describe, expect, it } from 'vitest'
import { webFormChannel, webFormSchema, webhookHandler, type WebFormMessage } from '../src/index.ts'
import { listening } from './listening.ts'
import { MemoryClaimChecks } from './memory-claim-checks.ts'

const topic = 'ingestion.raw.messages'

describe('webFormChannel on a cluster', () => {
  it('brings forms from HTTP into the log, each once, though an acknowledgement is lost on the way', async () => {
    await using kafka = await startKafka({ registry: true, topics: { [topic]: { partitions: 3 } } })
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const registry = createRegistry({ url: kafka.registryUrl })
    const codec = await createAvroCodec({ registry, topics: { 'ingestion.form_submitted': webFormSchema() } })
    const claimCheck = new MemoryClaimChecks()
    const channel = webFormChannel({ producer, codec, claimCheck, formType: 'contact' })
    await using server = await listening(createServer(webhookHandler(channel)))
    const fault = kafka.faults.on('Produce').loseResponse()
    const form = new FormData()
    form.set('email', 'ana@example.org')
    form.append('topic', 'one')
    form.append('topic', 'two')
    form.set('cv', new Blob(['bytes of a file'], { type: 'application/pdf' }), 'cv.pdf')
    const answers = await Promise.all([
      fetch(server.url, { method: 'POST', body: form }),
      fetch(server.url, { method: 'POST', body: new URLSearchParams({ text: 'hello' }) }),
      fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"n": 1.50}',
      }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
    expect(fault.fired).toBe(1)
    const stored = (await kafka.records(topic)).map(({ value }) => codec.decode(value!) as WebFormMessage)
    expect(stored).toHaveLength(3)
    const byFirstField = new Map(
      stored.map(({ payload }) => [Object.keys(payload.submitted_data)[0], payload] as const),
    )
    const withFile = byFirstField.get('email')!
    expect(Object.entries(withFile.submitted_data)).toEqual([
      ['email', ['ana@example.org']],
      ['topic', ['one', 'two']],
    ])
    expect(withFile).toMatchObject({ submitter_email: 'ana@example.org', spam_verdict: 'clean' })
    expect(String(await claimCheck.get(withFile.files[0]!.content.uri))).toBe('bytes of a file')
    expect(byFirstField.get('n')).toMatchObject({ submitted_json: '{"n": 1.50}', submitter_email: null })
  })
})
