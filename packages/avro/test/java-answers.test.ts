import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { AvroSchemaError, canonicalText, parseSchema } from '../src/index.ts'
import { answeredCount, answeredSeed, randomSchemas } from './java-answers/random-schemas.ts'

const rows = readFileSync(new URL('java-answers/answers.tsv', import.meta.url), 'utf8')
  .replace(/\n$/, '')
  .split('\n')
  .map((line) => line.split('\t') as [text: string, answer: string])

function parse(text: string): string {
  try {
    return canonicalText(parseSchema(text))
  } catch (error) {
    if (!(error instanceof AvroSchemaError)) throw error
    return ''
  }
}

describe('parseSchema', () => {
  it('takes, refuses and writes random schemas as Avro Java does', () => {
    const taken = rows.filter(([, answer]) => answer !== '')
    expect(taken.length).toBeGreaterThan(100)
    expect(rows.map(([text]) => text)).toEqual(randomSchemas(answeredSeed, answeredCount))
    expect(rows.filter(([text, answer]) => parse(text) !== answer)).toEqual([])
  })
})
