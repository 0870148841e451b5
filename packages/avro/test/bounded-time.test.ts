import { describe, expect, it } from 'vitest'
import { checkReaderWriter, findRootCauses, parseSchema, type AvroSchemaError } from '../src/index.ts'
import { schemaErrorOf } from './schema-error-of.ts'

const fail = (text: string): AvroSchemaError => schemaErrorOf(() => parseSchema(text))

const field = (type: string, value: string): string =>
  `{"type":"record","name":"A","fields":[{"name":"a","type":${type},"default":${value}}]}`

// What Avro Java itself takes years for, or runs out of stack at: its answers are not asked for.
describe('parseSchema', () => {
  it('refuses a default that needs itself to be complete', () => {
    const record = (name: string, other: string): string =>
      `{"type":"record","name":"${name}","fields":[{"name":"x","type":"${other}","default":{}}]}`
    expect(fail(`[${record('A', 'B')},${record('B', 'A')}]`).reason).toMatch(/invalid default for field x/)
  })

  // Each of these took minutes, or would have taken years, when its time grew with the square of its size or worse.
  it('takes a time that grows with the size of a schema, however it is made', () => {
    const spaces = ' '.repeat(400_000)
    expect(fail(`${spaces}x`).reason).toMatch(/not JSON/)
    for (const text of [`x${spaces}x`, `${'1'.repeat(400_000)}x`, `0x${'1'.repeat(400_000)}x`]) {
      expect(fail(field('"double"', `"${text}"`)).reason).toMatch(/invalid default/)
    }
    expect(fail(field('"long"', '1'.repeat(400_000))).reason).toMatch(/more than 1000 digits/)
    const symbols = Array.from({ length: 50_000 }, (_, index) => `S${index}`)
    const numbers = parseSchema(JSON.stringify({ type: 'enum', name: 'E', symbols })).root
    expect(numbers.type === 'enum' && numbers.symbols.length).toBe(50_000)
  })

  it('links names however many types are behind each other', () => {
    const types = Array.from({ length: 20_001 }, (_, at) => ({
      type: 'record',
      name: `R${at}`,
      fields: [{ name: 'a', type: at === 20_000 ? 'int' : `R${at + 1}` }],
    }))
    expect(parseSchema(JSON.stringify(types)).types.size).toBe(20_001)
    const holder = { type: 'record', name: 'H', fields: types.map((type, at) => ({ name: `f${at}`, type })) }
    expect(parseSchema(JSON.stringify(['R0', holder])).root).toMatchObject({
      branches: [{ name: 'R0' }, { name: 'H' }],
    })
  })

  it('copies each type once, however many contain each other', () => {
    const count = 5000
    const types = Array.from({ length: count }, (_, at) => ({
      type: 'record',
      name: `R${at}`,
      fields: [
        { name: 'a', type: ['null', `R${(at + 1) % count}`], default: null },
        { name: 'b', type: { type: 'map', values: 'int' }, default: {} },
      ],
    }))
    const references = [parseSchema(JSON.stringify(types))]
    const user = { type: 'record', name: 'U', fields: [{ name: 'a', type: 'R0' }] }
    expect(parseSchema(JSON.stringify(user), { references }).types.size).toBe(count + 1)
  })

  it('looks at a default once for each record in it, not once for each way to it', () => {
    const levels = Array.from({ length: 60 }, (_, level) => ({
      type: 'record',
      name: `R${level}`,
      fields:
        level === 0
          ? [{ name: 'a', type: 'int', default: 1 }]
          : ['a', 'b'].map((name) => ({ name, type: `R${level - 1}`, default: {} })),
    }))
    expect(parseSchema(JSON.stringify(levels)).types.size).toBe(60)
  })
})

/** Records of which each is the type of two fields of the next. */
function twofold(levels: number, innermost: string): object {
  let record: object = { type: 'record', name: 'R0', fields: [{ name: 'v', type: innermost }] }
  for (let level = 1; level < levels; level++) {
    const fields = [
      { name: 'a', type: record },
      { name: 'b', type: `R${level - 1}` },
    ]
    record = { type: 'record', name: `R${level}`, fields }
  }
  return record
}

// The lists of what is wrong were twice as long with each level, thrown away in the end or not.
describe('checkReaderWriter', () => {
  it('does not gather what a union throws away', () => {
    const [reader, writer] = ['int', 'string'].map((type) => JSON.stringify([twofold(60, type)]))
    expect(checkReaderWriter(reader!, writer!).incompatibilities).toEqual([
      { type: 'MISSING_UNION_BRANCH', location: '/0', message: 'reader union lacking writer type: RECORD' },
    ])
  })

  it('stops at the first million of what is wrong', () => {
    const [reader, writer] = ['int', 'string'].map((type) => JSON.stringify(twofold(60, type)))
    const { compatible, incompatibilities } = checkReaderWriter(reader!, writer!)
    expect(compatible).toBe(false)
    expect(incompatibilities).toHaveLength(1_000_000)
    expect(new Set(incompatibilities).size).toBe(1)
  })
})

// A hundred such records took half a minute, for every pair had all the ways to all that is wrong around the ring.
describe('findRootCauses', () => {
  it('follows a ring of records once for each pair, not once for each pair of pairs', () => {
    const ring = (type: string): object[] =>
      Array.from({ length: 150 }, (_, index) => {
        const next = { name: 'next', type: ['null', `R${(index + 1) % 150}`] }
        return { type: 'record', name: `R${index}`, fields: [{ name: 'v', type }, next] }
      })
    const [reader, writer] = ['int', 'string'].map((type) => parseSchema(JSON.stringify(ring(type))))
    const causes = findRootCauses(reader!, writer!)
    expect(causes.map(({ path }) => path).slice(0, 3)).toEqual([['v'], ['next', 'v'], ['next', 'next', 'v']])
    expect(causes).toHaveLength(150)
  })
})
