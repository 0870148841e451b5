import { findSchemaNames } from '@headwater/avro'
import { describe, expect, it } from 'vitest'

describe('findSchemaNames', () => {
  it('tells what a text defines from what it needs', () => {
    const text = `{
  "type": "record", "name": "Order", "namespace": "shop",
  "fields": [
    { "name": "total", "type": ["null", "Money"] },
    { "name": "lines", "type": { "type": "array", "items": { "type": "record", "name": "Line",
      "fields": [{ "name": "next", "type": ["null", "Line"] }, { "name": "sku", "type": "common.Sku" }] } } }
  ]
}`
    const names = findSchemaNames(text)
    expect(names.root).toBe('shop.Order')
    expect(names.defined.map(({ fullName }) => fullName)).toEqual(['shop.Order', 'shop.Line'])
    const lines = text.split('\n')
    expect(names.used).toEqual([
      { candidates: ['shop.Money', 'Money'], line: 4, column: lines[3]!.indexOf('"Money"') + 1 },
      { candidates: ['common.Sku'], line: 6, column: lines[5]!.indexOf('"common.Sku"') + 1 },
    ])
  })

  it('has no root name for a union', () => {
    const names = findSchemaNames('[{"type":"fixed","name":"F","size":1},"G"]')
    expect(names.root).toBeUndefined()
    expect(names.used.map(({ candidates }) => candidates)).toEqual([['G']])
  })

  it('refuses what is no JSON, with the place', () => {
    expect(() => findSchemaNames('{\n  "type": oops }')).toThrow(/line 2/)
  })
})
