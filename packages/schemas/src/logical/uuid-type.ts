import type avsc from 'avsc'
import { ConvertedType } from './converted-type.ts'
import { refuse } from './value-misfit.ts'

/** `uuid` as text (RFC 9562), of a string or of sixteen bytes. Small letters are read from bytes. */
export class Uuid extends ConvertedType {
  /** What it is in TypeScript, for `generateTypes`. */
  static readonly type = 'string'

  readonly #isText: boolean

  constructor(schema: avsc.Schema, options?: unknown) {
    super(schema, options)
    const { typeName, size } = this.underlyingType as unknown as { typeName: string; size?: number }
    this.#isText = typeName === 'string'
    // avsc takes the underlying type then, as the specification wants it.
    if (!this.#isText && size !== 16) throw new TypeError('a uuid has 16 bytes')
  }

  /** What somebody else wrote is not looked at: a reader has to live with it. */
  protected override _fromValue(value: string | Uint8Array): string {
    if (typeof value === 'string') return value
    const hex = Buffer.from(value).toString('hex')
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  }

  protected override _toValue(value: unknown): string | Buffer {
    if (typeof value !== 'string' || !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value))
      return refuse('expected a UUID as text')
    return this.#isText ? value : Buffer.from(value.replaceAll('-', ''), 'hex')
  }
}
