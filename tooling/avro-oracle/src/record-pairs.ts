import { appendFileSync } from 'node:fs'
import { vi } from 'vitest'
import type * as avro from '@headwater/avro'

// A setup file for the tests of @headwater/avro: whatever they parse and compare goes to `HEADWATER_PAIRS_FILE`, too,
// unless it leans on references, whose texts are not at hand here.

const file = process.env['HEADWATER_PAIRS_FILE']
const nothing = '"null"'

function record(reader: string | avro.ParsedSchema, writer: string | avro.ParsedSchema): void {
  const sides = [reader, writer]
  if (file === undefined || sides.some((side) => typeof side !== 'string' && side.referenced.size > 0)) return
  const texts = sides.map((side) => (typeof side === 'string' ? side : side.text))
  appendFileSync(file, `${JSON.stringify(texts)}\n`)
}

vi.mock('../../../packages/avro/src/check-reader-writer.ts', async (importOriginal) => {
  const original = await importOriginal<Pick<typeof avro, 'checkReaderWriter'>>()
  const checkReaderWriter: typeof original.checkReaderWriter = (reader, writer) => {
    record(reader, writer)
    return original.checkReaderWriter(reader, writer)
  }
  return { ...original, checkReaderWriter }
})

vi.mock('../../../packages/avro/src/parse-schema.ts', async (importOriginal) => {
  const original = await importOriginal<Pick<typeof avro, 'parseSchema'>>()
  const parseSchema = (text: string, options: avro.ParseSchemaOptions = {}): avro.ParsedSchema => {
    if ((options.references ?? []).length === 0) record(text, nothing)
    return original.parseSchema(text, options)
  }
  return { ...original, parseSchema }
})
