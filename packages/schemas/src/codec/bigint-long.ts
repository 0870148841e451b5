import avsc from 'avsc'

const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n]

/** Whether a long holds a value. */
export function isBigLong(value: unknown): value is bigint {
  return typeof value === 'bigint' && value >= least && value <= most
}

/** Every long as a bigint, in both directions: all 64 bits of it. */
export const bigintLong: avsc.Type = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer(value: bigint) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    return bytes
  },
  // A default comes from JSON; what JavaScript already rounded is not the schema's default any more.
  fromJSON(value: unknown) {
    if (typeof value === 'bigint') return value
    if (Number.isSafeInteger(value)) return BigInt(value as number)
    throw new Error('a default that JavaScript cannot read exactly')
  },
  toJSON: (value: bigint) => value,
  isValid: isBigLong,
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
})
