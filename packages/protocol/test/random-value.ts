import type { AnyField, FieldType } from '../src/wire/field.ts'

/** Random numbers from a seed: a test that fails prints the seed, and the seed gives the same run again. */
export class Random {
  readonly seed: number
  #state: number

  constructor(seed: number = (Number(process.env['HEADWATER_TEST_SEED']) || Date.now()) >>> 0) {
    this.seed = seed
    this.#state = seed
  }

  /** Gives the same values again: before each test, so that one alone, and a further try of one, has what it had. */
  restart(): void {
    this.#state = this.seed
  }

  /** From 0 to just below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }

  /** Text with characters of one to four bytes. */
  text(maxLength: number): string {
    const letters = ['a', 'Z', '0', ' ', 'é', '漢', '😀']
    return Array.from({ length: this.below(maxLength + 1) }, () => letters[this.below(letters.length)]).join(
      '',
    )
  }

  /** A whole number of so many bits, often at the edge of its range. */
  int(bits: number): number {
    const half = 2 ** (bits - 1)
    const edges = [-half, half - 1, -1, 0]
    return this.next() < 0.3 ? edges[this.below(4)]! : Math.floor(this.next() * 2 * half) - half
  }

  int64(): bigint {
    return (BigInt(this.int(32)) << 32n) | BigInt(this.int(32) >>> 0)
  }
}

const scalars: Readonly<Record<string, (random: Random) => unknown>> = {
  int8: (random) => random.int(8),
  int16: (random) => random.int(16),
  int32: (random) => random.int(32),
  int64: (random) => random.int64(),
  bool: (random) => random.next() < 0.5,
  uuid: (random) =>
    random
      .bytes(16)
      .toString('hex')
      .replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  string: (random) => random.text(12),
  bytes: (random) => random.bytes(random.next() < 0.1 ? 1100 : random.below(40)),
}

/** Whether a version has the field. */
function hasField(field: AnyField, version: number): boolean {
  return version >= field.since && version <= field.until
}

/** A value that the field can hold in that version: what a decoder gives for it, so both can be compared. */
export function randomValue(field: { readonly type: FieldType }, version: number, random: Random): unknown {
  const { type } = field
  if (version >= type.nullFrom && random.next() < 0.2) return null
  if ('scalar' in type) return scalars[type.scalar]!(random)
  if ('list' in type) {
    return Array.from({ length: random.below(4) }, () => randomValue(type.list, version, random))
  }
  return Object.fromEntries(
    Object.entries(type.fields).map(([name, inner]) => [
      name,
      !hasField(inner, version) || (inner.tag !== undefined && random.next() < 0.4)
        ? inner.absent
        : randomValue(inner, version, random),
    ]),
  )
}
