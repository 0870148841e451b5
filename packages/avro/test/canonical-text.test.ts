import { describe, expect, it } from 'vitest'
import { canonicalText, parseSchema } from '../src/index.ts'

const canonical = (text: string): string => canonicalText(parseSchema(text))

describe('canonicalText', () => {
  it('is the same for the same schema in another order and with other space', () => {
    const a =
      '{"fields": [ {"type": {"type":"int"}, "name": "x", "order":"ascending"} ], "name":"n.A", "type":"record"}'
    expect(canonical(a)).toBe(
      '{"type":"record","name":"A","namespace":"n","fields":[{"name":"x","type":"int"}]}',
    )
  })

  it('keeps what a registry tells versions apart by', () => {
    const text =
      '{"type":"record","name":"A","doc":"d","fields":[{"name":"x","type":{"type":"long","logicalType":"timestamp-millis"},' +
      '"doc":"f","default":9007199254740993,"order":"ignore","aliases":["y"],"p":1},{"name":"e","type":{"type":"enum",' +
      '"name":"E","symbols":["S"],"default":"S"}}],"q":{"r":[1.50]},"aliases":["B"]}'
    expect(canonical(text)).toBe(text)
  })

  it('writes a type once and its name afterwards, with a namespace only where it changes', () => {
    const text =
      '{"type":"record","name":"A","namespace":"n","fields":[{"name":"f","type":{"type":"fixed","name":"F","size":1}},' +
      '{"name":"g","type":"F"},{"name":"h","type":{"type":"fixed","name":"G","namespace":"","size":2}},{"name":"i","type":"A"},' +
      '{"name":"j","type":{"type":"map","values":{"type":"array","items":["null","G"]}}}]}'
    expect(canonical(text)).toBe(text)
    expect(canonical(canonical(text))).toBe(text)
  })

  it('writes types of references as names', () => {
    const references = [parseSchema('{"type":"fixed","name":"n.F","size":1}')]
    expect(canonicalText(parseSchema('{"type":"array","items":"n.F"}', { references }))).toBe(
      '{"type":"array","items":"n.F"}',
    )
  })
})
