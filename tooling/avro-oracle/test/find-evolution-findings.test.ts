import {
  AvroSchemaError,
  checkReaderWriter,
  findEvolutionAdvice,
  findEvolutionFindings,
  parseSchema,
  type ParsedSchema,
} from '@headwater/avro'
import { describe, expect, it } from 'vitest'
import { randomPairs } from '../src/random-pairs.ts'

describe('findEvolutionFindings', () => {
  it('has findings of a registry exactly where a registry refuses, each with words, a place on both sides and a fix', () => {
    const wrong: string[] = []
    const ruleIds = new Set<string>()
    for (const [proposedText, previousText] of randomPairs(2, 2500)) {
      const pair = parsePair(proposedText, previousText)
      if (pair === undefined) continue
      const [proposed, previous] = pair
      for (const direction of ['backward', 'forward'] as const) {
        const [reader, writer] = direction === 'backward' ? pair : [previous, proposed]
        const answer = checkReaderWriter(reader, writer)
        const findings = findEvolutionFindings({ proposed, previous, direction })
        const registry = findings.filter(({ kind }) => kind === 'registry')
        const isTold = registry.every(
          (finding) =>
            finding.message !== '' &&
            finding.fix !== '' &&
            finding.reader !== undefined &&
            finding.writer !== undefined &&
            (answer.exception ?? answer.incompatibilities.map(({ message }) => message)).includes(
              finding.registry!.message,
            ),
        )
        if (answer.compatible === registry.length > 0 || !isTold) {
          wrong.push(`${direction}: ${proposedText} after ${previousText}`)
        }
        for (const { ruleId } of findings) ruleIds.add(ruleId)
      }
    }
    expect(wrong).toEqual([])
    expect(ruleIds.size).toBeGreaterThan(7)
  })
})

describe('findEvolutionAdvice', () => {
  it('has advice on a change alone, in full sentences and with a place', () => {
    const wrong: string[] = []
    const directions = ['backward', 'forward'] as const
    let found = 0
    for (const [proposedText, previousText] of randomPairs(3, 1500)) {
      const pair = parsePair(proposedText, previousText)
      if (pair === undefined) continue
      const [proposed, previous] = pair
      const findings = findEvolutionAdvice({ proposed, previous, directions })
      found += findings.length
      const isTold = findings.every(({ message, fix, direction, reader, writer }) => {
        const now = direction === 'forward' ? writer : reader
        return message.endsWith('.') && fix !== '' && now !== undefined
      })
      const unchanged = findEvolutionAdvice({ proposed, previous: proposed, directions })
      if (!isTold || unchanged.length > 0) wrong.push(`${proposedText} after ${previousText}`)
    }
    expect(wrong).toEqual([])
    expect(found).toBeGreaterThan(200)
  })
})

function parsePair(proposed: string, previous: string): readonly [ParsedSchema, ParsedSchema] | undefined {
  try {
    return [parseSchema(proposed), parseSchema(previous)]
  } catch (error) {
    if (error instanceof AvroSchemaError) return undefined
    throw error
  }
}
