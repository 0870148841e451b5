import type avsc from 'avsc'
import { ConvertedType } from './converted-type.ts'
import { refuse } from './value-misfit.ts'

/**
 * `decimal` as text with all digits of its scale, such as `'12.50'`: exact, and taken by every decimal library. A number
 * is refused, since 0.1 is none of the numbers that it could be.
 */
export class Decimal extends ConvertedType {
  /** What it is in TypeScript, for `generateTypes`. */
  static readonly type = 'string'

  readonly precision: number
  readonly scale: number

  constructor(schema: avsc.Schema, options?: unknown) {
    super(schema, options)
    const { precision, scale = 0 } = schema as { readonly precision?: unknown; readonly scale?: unknown }
    this.precision = toCount(precision, 1, Infinity)
    this.scale = toCount(scale, 0, this.precision)
  }

  protected override _fromValue(value: Uint8Array): string {
    const unscaled = toBigInt(value)
    const sign = unscaled < 0n ? '-' : ''
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(this.scale + 1, '0')
    const at = digits.length - this.scale
    return this.scale === 0 ? sign + digits : `${sign}${digits.slice(0, at)}.${digits.slice(at)}`
  }

  protected override _toValue(value: unknown): Buffer {
    const [, sign, whole, fraction = ''] =
      (typeof value === 'string' && /^(-?)(\d+)(?:\.(\d+))?$/.exec(value)) || []
    if (whole === undefined) return refuse('expected a decimal as text, such as 12.50')
    const given = fraction.replace(/0+$/, '')
    if (given.length > this.scale)
      return refuse(`a decimal with more than ${this.scale} digits after the point`)
    const digits = (whole + given.padEnd(this.scale, '0')).replace(/^0+(?=\d)/, '')
    if (digits.length > this.precision && digits !== '0')
      return refuse(
        `a decimal with more than ${this.precision} digits, ${this.scale} of them after the point`,
      )
    const bytes = toBytes(BigInt(`${sign === '-' ? '-' : ''}${digits}`))
    const { size } = this.underlyingType as unknown as { readonly size?: number }
    return size === undefined ? bytes : toSize(bytes, size)
  }

  protected override isSame(writer: avsc.Type): boolean {
    const { scale } = writer as unknown as Decimal
    return scale === this.scale
  }
}

/** avsc takes the underlying type where this throws, as the specification wants it. */
function toCount(value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
    return value as number
  throw new TypeError('a precision or scale that no decimal has')
}

/** Two's complement, big-endian. */
function toBigInt(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex')}`))
}

/** As few bytes as the sign bit leaves room for. */
function toBytes(value: bigint): Buffer {
  let size = 1
  while (BigInt.asIntN(size * 8, value) !== value) size++
  const hex = BigInt.asUintN(size * 8, value).toString(16)
  return Buffer.from(hex.padStart(size * 2, '0'), 'hex')
}

function toSize(bytes: Buffer, size: number): Buffer {
  if (bytes.length > size) return refuse(`a decimal that ${size} bytes do not hold`)
  const isNegative = bytes[0]! > 0x7f
  return Buffer.concat([Buffer.alloc(size - bytes.length, isNegative ? 0xff : 0), bytes])
}
