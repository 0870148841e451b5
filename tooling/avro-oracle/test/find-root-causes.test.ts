import { AvroSchemaError, checkReaderWriter, findRootCauses, parseSchema } from '@headwater/avro'
import { describe, expect, it } from 'vitest'
import { randomPairs } from '../src/random-pairs.ts'

describe('findRootCauses', () => {
  it('finds something where a registry finds something, and nothing where it finds nothing', () => {
    const wrong: string[] = []
    let withCauses = 0
    // With this seed there is no pair that Avro Java takes although it cannot be read; there is one in 60,000.
    for (const [readerText, writerText] of randomPairs(1, 4000)) {
      const pair = parsePair(readerText, writerText)
      if (pair === undefined) continue
      const causes = findRootCauses(...pair)
      if (causes.length > 0) withCauses++
      if (checkReaderWriter(...pair).compatible === causes.length > 0)
        wrong.push(`${readerText} <- ${writerText}`)
    }
    expect(wrong).toEqual([])
    expect(withCauses).toBeGreaterThan(400)
  })
})

function parsePair(reader: string, writer: string): Parameters<typeof findRootCauses> | undefined {
  try {
    return [parseSchema(reader), parseSchema(writer)]
  } catch (error) {
    if (error instanceof AvroSchemaError) return undefined
    throw error
  }
}
