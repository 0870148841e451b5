import { readdirSync, readFileSync } from 'node:fs'
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
  return { file, schema: JSON.parse(text) as Type }
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
  it.each(schemas)('$file gives readers a symbol for what they do not know', ({ schema }) => {
    const enums = [...typesIn(schema)].filter((each) => each.symbols !== undefined)
    for (const each of enums) expect([each.name, each.default]).toEqual([each.name, 'UNKNOWN'])
  })

  it.each(schemas)('$file has a default for every field that may be missing', ({ schema }) => {
    const optional = [...typesIn(schema)].filter(
      (each) => Array.isArray(each.type) && each.type.includes('null'),
    )
    for (const each of optional) expect([each.name, each.default]).toEqual([each.name, null])
  })
})
