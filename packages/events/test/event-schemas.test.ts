import { readdirSync, readFileSync } from 'node:fs'
import { checkEvolution, parseSchema } from '@headwater/avro'
import { describe, expect, it } from 'vitest'

interface Type {
  readonly type?: unknown
  readonly name?: string
  readonly symbols?: readonly string[]
  readonly default?: unknown
  readonly fields?: readonly Type[]
  readonly items?: unknown
  readonly values?: unknown
}

const folder = new URL('../schemas/', import.meta.url)
const schemas = readdirSync(folder).map((file) => {
  const text = readFileSync(new URL(file, folder), 'utf8')
  return { file, text, schema: JSON.parse(text) as Type }
})

/** Every type within a schema. */
function* typesIn(given: unknown): Generator<Type> {
  if (typeof given !== 'object' || given === null) return
  if (Array.isArray(given)) {
    for (const each of given) yield* typesIn(each)
    return
  }
  const type = given as Type
  yield type
  for (const part of [type.type, type.items, type.values, type.fields]) yield* typesIn(part)
}

describe('the schemas of events', () => {
  it.each(schemas)(
    '$file is Avro, and gives readers a symbol for what they do not know',
    ({ text, schema }) => {
      parseSchema(text)
      const enums = [...typesIn(schema)].filter((each) => each.symbols !== undefined)
      for (const each of enums) expect([each.name, each.default]).toEqual([each.name, 'UNKNOWN'])
    },
  )

  it.each(schemas)('$file has a default for every field that may be missing', ({ schema }) => {
    const optional = [...typesIn(schema)].filter(
      (each) => Array.isArray(each.type) && each.type.includes('null'),
    )
    for (const each of optional) expect([each.name, each.default]).toEqual([each.name, null])
  })

  it.each(schemas)(
    '$file may get symbols and optional fields, and lose none without a default',
    ({ text }) => {
      const grown = text
        .replace('"symbols": ["UNKNOWN",', '"symbols": ["UNKNOWN", "OF_TOMORROW",')
        .replace(
          '"fields": [',
          '"fields": [{ "name": "extra", "type": ["null", "string"], "default": null },',
        )
      expect(checkEvolution({ proposed: grown, previous: [text], mode: 'FULL' })).toMatchObject({
        compatible: true,
      })
      const broken = text.replace('"name": "event_id"', '"name": "id_of_event"')
      expect(checkEvolution({ proposed: broken, previous: [text], mode: 'BACKWARD' }).compatible).toBe(false)
    },
  )
})
