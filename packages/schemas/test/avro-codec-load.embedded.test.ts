import { startRegistry } from '@headwater/embedded'
import type { Schema } from 'avsc'
import { describe, expect, it } from 'vitest'
import { createAvroCodec, createRegistry, standardLogicalTypes } from '../src/index.ts'

const seen = {
  type: 'record',
  name: 'Seen',
  fields: [{ name: 'id', type: { type: 'string', logicalType: 'uuid' } }],
}

describe('decodeAsync', () => {
  // Each of the records that waited compiled the schema anew, one after the other, and nothing else ran meanwhile.
  it('compiles a schema once for all records that wait for it', async () => {
    await using server = await startRegistry()
    const registry = createRegistry({ url: server.url })
    const id = 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'
    const writer = await createAvroCodec({ registry, topics: { seen }, logicalTypes: standardLogicalTypes })
    const bytes = writer.encode('seen', { id })
    let built = 0
    class CountedUuid extends standardLogicalTypes.uuid {
      constructor(schema: Schema, options?: unknown) {
        super(schema, options)
        built++
      }
    }
    const logicalTypes = { uuid: CountedUuid }
    const reader = await createAvroCodec({ registry, topics: {}, logicalTypes })
    const values = await Promise.all(Array.from({ length: 50 }, () => reader.decodeAsync(bytes)))
    expect(values).toEqual(Array.from({ length: 50 }, () => ({ id })))
    expect(built).toBe(1)
  })
})
