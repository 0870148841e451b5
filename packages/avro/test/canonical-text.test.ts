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
      '"name":"E","symbols":["S"],"default":"S"}}],"q":{"r":[1.5]},"aliases":["B"]}'
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

  it('writes aliases once, and those of the null namespace without their dot, as Avro Java does', () => {
    const text = '{"type":"fixed","name":"F","namespace":"n","size":1,"aliases":["A","n.A",".B","m.C"]}'
    expect(canonical(text)).toBe(
      '{"type":"fixed","name":"F","namespace":"n","size":1,"aliases":["A","B","m.C"]}',
    )
  })

  it('keeps the leading dot of a namespace in an alias, as Avro Java does', () => {
    const text = '{"type":"fixed","name":"F","size":1,"aliases":[".o.Order",".A"]}'
    expect(canonical(text)).toBe('{"type":"fixed","name":"F","size":1,"aliases":[".o.Order","A"]}')
    const inNamespace = text.replace('"F"', '"F","namespace":"n"')
    expect(canonical(inNamespace)).toBe(
      '{"type":"fixed","name":"F","namespace":"n","size":1,"aliases":[".o.Order","A"]}',
    )
  })

  it('escapes characters of control in capital letters, as Avro Java does', () => {
    const doc = String.raw`"\u0001 \n\u000e \u000E\b \u007f \\u000e \"\/"`
    const text = String.raw`{"type":"fixed","name":"F","size":1,"doc":${doc},"p":{"\u001f":[${doc}]}}`
    // Recorded from Schema.toString() of Avro 1.12.2 on Java 17.
    const written = String.raw`"\u0001 \n\u000E \u000E\b ${'\u007F'} \\u000e \"/"`
    expect(canonical(text)).toBe(
      String.raw`{"type":"fixed","name":"F","doc":${written},"size":1,"p":{"\u001F":[${written}]}}`,
    )
  })

  it('writes numbers as Avro Java does', () => {
    // Recorded from Schema.toString() of Avro 1.12.1 on Java 17.
    const recorded: [string, string][] = [
      ['0', '0'],
      ['-0', '0'],
      ['0.0', '0.0'],
      ['-0.0', '-0.0'],
      ['1.50', '1.5'],
      ['1e3', '1000.0'],
      ['-1e30', '-1.0E30'],
      ['1e-3', '0.001'],
      ['0.00099', '9.9E-4'],
      ['9999999.5', '9999999.5'],
      ['1e7', '1.0E7'],
      ['12345678.25', '1.234567825E7'],
      ['123456789012345678901234567890', '123456789012345678901234567890'],
      ['1.5E+10', '1.5E10'],
      ['0.1', '0.1'],
      ['100.0', '100.0'],
      ['1e400', '"Infinity"'],
      ['1e21', '1.0E21'],
      // Two digits at least, and the nearest of those.
      ['4.9e-324', '4.9E-324'],
      ['5e-324', '4.9E-324'],
      ['-2e-323', '-2.0E-323'],
    ]
    for (const [raw, java] of recorded) {
      expect(canonical(`{"type":"int","p":${raw}}`)).toBe(`{"type":"int","p":${java}}`)
    }
  })

  it('writes the text of a float default as the number that Avro Java makes of it', () => {
    // Recorded from Schema.toString() of Avro 1.12.2 on Java 17.
    const recorded: [string, string][] = [
      ['.5', '0.5'],
      [' 1 ', '1.0'],
      ['1e5d', '100000.0'],
      ['0x1p3', '8.0'],
      ['-0xA.8P0', '-10.5'],
      // Rounded once, also where fewer bits are left than usual, and without ever being infinite in between.
      ['0x1p-1074', '4.9E-324'],
      ['0x1p-1075', '0.0'],
      ['0x1.0000001p-1075', '4.9E-324'],
      ['0x1p-1076', '0.0'],
      ['0x3p-1022', '6.675221575521604E-308'],
      ['0x1.00000000000008p0', '1.0'],
      ['0x1.00000000000008001p0', '1.0000000000000002'],
      ['0x1.00000000000018p0', '1.0000000000000004'],
      ['-0x1.fffffffffffffp1023', '-1.7976931348623157E308'],
      ['0x1.fffffffffffff8p1023', '"Infinity"'],
      ['-0x1p1024', '"-Infinity"'],
      ['0x0p99999999999', '0.0'],
      ['0x1p-99999999999', '0.0'],
      [`0x1${'0'.repeat(280)}p-1121`, '0.5'],
      [`0x0.${'0'.repeat(280)}1p1124`, '1.0'],
      ['NaN', '"NaN"'],
      ['-Infinity', '"-Infinity"'],
    ]
    const text = (value: string): string =>
      `{"type":"record","name":"A","fields":[{"name":"a","type":"double","default":${value}}]}`
    for (const [written, java] of recorded) expect(canonical(text(`"${written}"`))).toBe(text(java))
  })

  it('writes control characters as Avro Java does', () => {
    const text = String.raw`{"type":"record","name":"A","doc":"\u000B\n\\u000b","fields":[{"name":"a","type":"string","doc":"\u001F","default":"\u000E\u0001","aliases":["\u000F"]}],"\u001A":"\u001B"}`
    expect(canonical(text)).toBe(text)
    expect(canonical(text.replaceAll(/\\u00../g, (escape) => escape.toLowerCase()))).toBe(text)
  })

  it('names a type in full that is called like a kind of type', () => {
    const text =
      '{"type":"record","name":"A","namespace":"n","fields":[{"name":"a","type":{"type":"fixed","name":"map","size":1}},' +
      '{"name":"b","type":"n.map"}]}'
    expect(canonical(text)).toBe(text)
  })

  it('writes types of references as names', () => {
    const references = [parseSchema('{"type":"fixed","name":"n.F","size":1}')]
    expect(canonicalText(parseSchema('{"type":"array","items":"n.F"}', { references }))).toBe(
      '{"type":"array","items":"n.F"}',
    )
  })

  it('writes out what is only a part of a reference', () => {
    const fixed = '{"type":"fixed","name":"F","size":1}'
    const record = parseSchema(`{"type":"record","name":"R","fields":[{"name":"f","type":${fixed}}]}`)
    const array = parseSchema(`{"type":"array","items":${fixed}}`)
    const user = parseSchema('{"type":"record","name":"U","fields":[]}', { references: [record] })
    for (const references of [[record], [array], [user]]) {
      expect(canonicalText(parseSchema('{"type":"map","values":"F"}', { references }))).toBe(
        `{"type":"map","values":${fixed}}`,
      )
    }
    const { referenced, referencedRoots } = parseSchema('["R","U"]', { references: [user] })
    expect([...referenced].toSorted()).toEqual(['F', 'R', 'U'])
    expect([...referencedRoots].toSorted()).toEqual(['R', 'U'])
  })
})
