import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { whatsAppSchemas } from '../src/index.ts'

interface Type {
  readonly type: unknown
  readonly name?: string
  readonly symbols?: readonly string[]
  readonly default?: unknown
  readonly fields?: readonly (Type & { readonly name: string })[]
  readonly items?: unknown
}

const folder = new URL('../schemas/', import.meta.url)
const files = readdirSync(folder).filter((each) => each.endsWith('.avsc'))
const schemas = files.map((file) => ({
  file,
  schema: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Type,
}))

/** Every type within a schema. */
function* typesIn(given: unknown): Generator<Type> {
  if (Array.isArray(given)) for (const each of given) yield* typesIn(each)
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return
  const type = given as Type
  yield type
  yield* typesIn(type.type)
  yield* typesIn(type.items)
  for (const field of type.fields ?? []) yield* typesIn(field.type)
}

/** Fields of records that a writer always fills, and that no older one wrote without. */
const required: Readonly<Record<string, readonly string[]>> = {
  'whatsapp-received.avsc': ['wamid', 'received_at'],
  'whatsapp-status.avsc': ['wamid', 'received_at'],
  'whatsapp-notice.avsc': ['field', 'received_at'],
}

describe('the schemas of the channels', () => {
  it.each(schemas)('$file has the envelope that all of them have', ({ schema }) => {
    const [channel, messageType, payload] = schema.fields ?? []
    expect([channel?.name, messageType?.name, payload?.name]).toEqual(['channel', 'message_type', 'payload'])
    expect(channel?.type).toMatchObject({
      name: 'Channel',
      symbols: ['unknown', 'email', 'whatsapp', 'web_form'],
    })
    expect(messageType?.type).toMatchObject({
      name: 'MessageType',
      symbols: [
        'unknown',
        'email_received',
        'whatsapp_received',
        'whatsapp_status',
        'whatsapp_notice',
        'form_submitted',
      ],
    })
  })

  it.each(schemas)('$file gives every enum a symbol for what a reader does not know', ({ schema }) => {
    const enums = [...typesIn(schema)].filter((each) => each.symbols !== undefined)
    expect(enums.length).toBeGreaterThanOrEqual(2)
    for (const each of enums) expect([each.name, each.default]).toEqual([each.name, 'unknown'])
  })

  it.each(schemas.filter(({ file }) => file in required))(
    '$file defaults every field that a webhook may lack',
    ({ file, schema }) => {
      const payload = schema.fields?.find((each) => each.name === 'payload')?.type as Type
      const without = payload.fields?.filter((each) => each.default === undefined).map((each) => each.name)
      expect(without).toEqual(required[file])
    },
  )
})

describe('whatsAppSchemas', () => {
  it('has a schema for every event type, under the topics that are named', () => {
    const named = Object.entries(whatsAppSchemas({ topic: 'in', statusTopic: 'out' }))
    expect(named.map(([type, { topic, strategy }]) => [type, topic, strategy])).toEqual([
      ['ingestion.whatsapp_received', 'in', 'topic-record'],
      ['ingestion.whatsapp_status', 'out', 'topic-record'],
      ['ingestion.whatsapp_notice', 'in', 'topic-record'],
    ])
    expect(whatsAppSchemas({ topic: 'in' })['ingestion.whatsapp_status']?.topic).toBe('in')
    expect(whatsAppSchemas()['ingestion.whatsapp_status']?.topic).toBe('ingestion.raw.messages')
  })
})
