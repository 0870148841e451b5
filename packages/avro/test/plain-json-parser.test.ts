import { parseTree, type Node } from 'jsonc-parser'
import { describe, expect, it } from 'vitest'
import { parsePlainJson } from '../src/plain-json-parser.ts'
import { SourceText } from '../src/source-text.ts'
import type { JsonNode } from '../src/json-node.ts'
import { randomSchemas } from './java-answers/random-schemas.ts'

const parse = (text: string): JsonNode | undefined => parsePlainJson(new SourceText(text), text.length)

/** What both parsers say of a value and its place. */
function describeNode(json: JsonNode): unknown {
  const { kind, offset } = json
  switch (json.kind) {
    case 'object':
      return [kind, offset, [...json.members].map(([name, value]) => [name, describeNode(value)])]
    case 'array':
      return [kind, offset, json.items.map(describeNode)]
    case 'string':
    case 'boolean':
      return [kind, offset, json.value]
    case 'number':
      return [kind, offset, json.raw]
    case 'null':
      return [kind, offset]
  }
}

function describeTree({ type, offset, length, value, children = [] }: Node, text: string): unknown {
  switch (type) {
    case 'object': {
      const members = new Map(
        children.map(({ children: pair }) => [pair![0]!.value as string, describeTree(pair![1]!, text)]),
      )
      return [type, offset, [...members]]
    }
    case 'array':
      return [type, offset, children.map((child) => describeTree(child, text))]
    case 'number':
      return [type, offset, text.slice(offset, offset + length)]
    case 'null':
      return [type, offset]
    default:
      return [type, offset, value as unknown]
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const handMade = [
  ' {"a" : [1, -0.5e+3, true,\n\tfalse, null], "a\\u00e9\\n\\"/": {}, "": [] } ',
  '{"a":1,"b":2,"a":3}',
  '"\\ud83d\\ude00 \u2028"',
  '[1,]',
  '[,1]',
  '{"a":1,}',
  '{"a"}',
  '{a:1}',
  "'a'",
  '01',
  '-',
  '1.',
  '.5',
  '1e',
  '+1',
  'tru',
  'nul',
  '"a',
  '"\\x"',
  '"\\u12"',
  '"\n"',
  '"a"b',
  '[1 2]',
  '{"a" 1}',
  '[',
  '{',
  '',
  ' ',
  '[1',
  '{"a":',
  '\uFEFF1',
  '// a\n1',
  '/* a */ 1',
  '1 // a',
  'NaN',
  'Infinity',
  '0x1',
  '1_000',
  'True',
  '[1]]',
  '{}}',
  '\u00a01',
]

/** Every way to leave out or to change one character. */
function* damaged(text: string): Generator<string> {
  for (let at = 0; at < text.length; at++) {
    yield text.slice(0, at) + text.slice(at + 1)
    for (const sign of '"{}[],:\\ 0/') yield text.slice(0, at) + sign + text.slice(at + 1)
  }
}

describe('parsePlainJson', () => {
  it('takes what JSON.parse takes, and nothing else', () => {
    const schema =
      '{"type":"enum","name":"E","symbols":["A","B"],"default":"A","n":[-1.5e3,null,{"é\\t":true}]}'
    for (const text of [...handMade, ...handMade.flatMap((each) => [...damaged(each)]), ...damaged(schema)]) {
      expect([text, parse(text) !== undefined]).toEqual([text, isJson(text)])
    }
  })

  it('finds the values and the offsets that jsonc-parser finds', () => {
    const texts = [...handMade.filter(isJson), ...randomSchemas(1, 300).filter(isJson)]
    expect(texts.length).toBeGreaterThan(100)
    for (const text of texts) expect(describeNode(parse(text)!)).toEqual(describeTree(parseTree(text)!, text))
  })

  it('leaves what is nested deeper than allowed to others', () => {
    expect(parse('['.repeat(1000) + ']'.repeat(1000))?.kind).toBe('array')
    expect(parse('['.repeat(1001) + ']'.repeat(1001))).toBeUndefined()
    expect(parse('['.repeat(200_000))).toBeUndefined()
  })

  it('leaves what is longer than allowed to others', () => {
    const name = (length: number): string => JSON.stringify({ ['n'.repeat(length)]: 1 })
    expect(parse(name(50_000))?.kind).toBe('object')
    expect(parse(name(50_001))).toBeUndefined()
    expect(parse('1'.repeat(1000))?.kind).toBe('number')
    expect(parse('1'.repeat(1001))).toBeUndefined()
  })
})
