import {
  AvroSchemaError,
  canonicalText,
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

describe('findEvolutionFindings: fixes', () => {
  it('mends with the field that it gives what it gives it for', () => {
    const wrong: string[] = []
    let mended = 0
    for (const [proposedText, previousText] of randomPairs(4, 2500)) {
      const pair = parsePair(proposedText, previousText)
      if (pair === undefined || !isPlainJson(proposedText)) continue
      const [proposed, previous] = pair
      for (const finding of findEvolutionFindings({ proposed, previous, direction: 'backward' })) {
        const { ruleId, fix, reader, path } = finding
        if (ruleId !== 'field-no-default' && ruleId !== 'field-renamed') continue
        const text = replaceAt(proposedText, reader!.pointer, firstObject(fix))
        const after = parsePair(text, previousText)
        const left =
          after?.[0] === undefined
            ? [finding]
            : findEvolutionFindings({ proposed: after[0], previous, direction: 'backward' })
        if (
          left.some(
            (other) =>
              other.ruleId === ruleId && other.path.join() === path.join() && other.key === finding.key,
          )
        ) {
          wrong.push(`${fix} in ${proposedText} after ${previousText}`)
        }
        mended++
      }
    }
    expect(wrong).toEqual([])
    expect(mended).toBeGreaterThan(80)
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

/** Whether nothing is lost on the way through `JSON.parse`: comments, large numbers. */
function isPlainJson(text: string): boolean {
  try {
    return canonicalText(parseSchema(text)) === canonicalText(parseSchema(JSON.stringify(JSON.parse(text))))
  } catch {
    return false
  }
}

/** The first object in a text. */
function firstObject(text: string): unknown {
  const start = text.indexOf('{')
  for (let end = text.indexOf('}', start); end !== -1; end = text.indexOf('}', end + 1)) {
    try {
      return JSON.parse(text.slice(start, end + 1)) as unknown
    } catch {
      // An inner brace.
    }
  }
  throw new Error(`there is no object in ${text}`)
}

function replaceAt(text: string, pointer: string, value: unknown): string {
  const root = JSON.parse(text) as Json
  const keys = pointer.split('/').slice(1)
  const last = keys.pop()!
  const holder = keys.reduce((json, key) => json[key]!, root)
  holder[last] = value as Json
  return JSON.stringify(root)
}

interface Json {
  [key: string]: Json
}
