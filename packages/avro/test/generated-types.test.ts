import { Buffer } from 'node:buffer'
import avsc from 'avsc'
import { describe, expect, it } from 'vitest'
import { canonicalText, generateTypes, parseSchema, type GenerateTypesOptions } from '../src/index.ts'
import { createRandom, Endless, misfits, randomValue, toSource } from './typescript/avsc-values.ts'
import { compileModules } from './typescript/compile-modules.ts'
import { hardSchemas, suiteSchemas } from './typescript/suite-schemas.ts'

class Timestamp extends avsc.types.LogicalType {
  constructor(schema: avsc.Schema, options?: unknown) {
    super(schema, options as never)
    // avsc then takes the underlying type, as the specification wants it.
    if (this.underlyingType.typeName !== 'long') throw new TypeError('a timestamp annotates a long')
  }
  override _fromValue(value: unknown): Date {
    return new Date(value as number)
  }
  override _toValue(value: unknown): number | undefined {
    return value instanceof Date ? value.getTime() : undefined
  }
}

/** Not a real decimal: text in, text out, told from other text by its point. */
class Decimal extends avsc.types.LogicalType {
  override _fromValue(value: unknown): string {
    return (value as Buffer).toString('latin1').trimEnd()
  }
  override _toValue(value: unknown): Buffer | undefined {
    if (typeof value !== 'string' || !/^\d+\.\d\d$/.test(value)) return undefined
    const { size } = this.underlyingType as unknown as { readonly size?: number }
    return Buffer.from(value.padEnd(size ?? 0), 'latin1')
  }
}

const bigLong = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    return bytes
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
})

const logicalTypes = { 'timestamp-millis': Timestamp, decimal: Decimal }
const mappings = { 'timestamp-millis': { type: 'Date' }, decimal: { type: 'string' } }

interface Setting {
  readonly options: GenerateTypesOptions
  readonly forSchema: Partial<avsc.ForSchemaOptions>
}

const settings: Readonly<Record<string, Setting>> = {
  'as avsc does by itself': { options: {}, forSchema: {} },
  'with every union wrapped': { options: { wrapUnions: 'always' }, forSchema: { wrapUnions: 'always' } },
  'with classes for logical types': {
    options: { logicalTypes: mappings },
    forSchema: { logicalTypes } as unknown as Partial<avsc.ForSchemaOptions>,
  },
  'with longs as bigint': {
    options: { long: 'bigint' },
    forSchema: {
      typeHook: (schema) =>
        ((schema as { type?: unknown }).type ?? schema) === 'long' ? bigLong : undefined,
    } as Partial<avsc.ForSchemaOptions>,
  },
}

/** Schemas that registries take and avsc does not; the generated module compiles all the same. */
const refusedByAvsc =
  /^(undefined type name|duplicate type name|incompatible|invalid "|invalid default|empty|no enum)/

function compile(text: string, forSchema: Setting['forSchema']): avsc.Type | string {
  try {
    return avsc.Type.forSchema(
      JSON.parse(canonicalText(parseSchema(text))) as avsc.Schema,
      { ...forSchema } as never,
    )
  } catch (error) {
    return (error as Error).message
  }
}

const seed = Number(process.env['HEADWATER_TEST_SEED'] ?? 20261121)
const valuesEach = 3
const misfitsEach = 40

describe('generateTypes', () => {
  it.each(Object.entries(settings))(
    'is true to what avsc gives and takes, %s',
    (_, { options, forSchema }) => {
      const random = createRandom(seed)
      const hard = Object.values(hardSchemas).map((schema) => JSON.stringify(schema))
      const schemas =
        options === settings['as avsc does by itself']?.options ? [...hard, ...suiteSchemas()] : hard
      const files: Record<string, string> = {}
      const count = { refused: 0, values: 0, misfits: 0 }
      for (const [at, text] of schemas.entries()) {
        const source = { name: `m${at}`, text, event: 'e' }
        if (text.includes('"name":"__proto__"')) {
          expect(() => generateTypes([source], options)).toThrow('__proto__')
          count.refused++
          continue
        }
        files[`m${at}.ts`] = generateTypes([source], options)
        const type = compile(text, forSchema)
        if (typeof type === 'string') {
          expect(type).toMatch(refusedByAvsc)
          count.refused++
          continue
        }
        const lines = [`import type * as M from './m${at}.ts'`, 'export const values: unknown[] = []']
        try {
          for (let n = 0; n < valuesEach; n++) {
            const value = randomValue(type, random)
            const decoded: unknown = type.fromBuffer(type.toBuffer(value))
            expect(type.toBuffer(decoded)).toEqual(type.toBuffer(value))
            lines.push(`export const i${n}: M.EventInputs['e'] = ${toSource(value)}`)
            lines.push(`export const d${n}: M.Events['e'] = ${toSource(decoded)}`)
            lines.push(`export const r${n}: M.EventInputs['e'] = d${n}`)
            count.values++
            for (const [index, bad] of [...misfits(type, value)].slice(0, misfitsEach).entries()) {
              expect(() => type.toBuffer(bad), `${text} ${toSource(bad)}`).toThrow()
              lines.push(
                '// @ts-expect-error',
                `export const x${n}_${index}: M.EventInputs['e'] = ${toSource(bad)}`,
              )
              count.misfits++
            }
          }
        } catch (error) {
          if (!(error instanceof Endless)) throw error
        }
        files[`v${at}.ts`] = `${lines.join('\n')}\n`
      }
      expect(compileModules(files)).toBe('')
      console.info(`seed ${seed}: ${schemas.length} schemas, ${JSON.stringify(count)}`)
      expect(count.values).toBeGreaterThan(schemas.length)
      expect(count.misfits).toBeGreaterThan(count.values)
    },
    120_000,
  )
})
