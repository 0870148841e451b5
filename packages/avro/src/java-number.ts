/**
 * A JSON number as Jackson writes it back: integers with all their digits, anything with a point or an exponent as
 * Java's `Double.toString`, so that `1.50` and `1.5` are the same default. As of Java 19: before that, some few came
 * with more digits than they need, such as 1e23.
 */
export function toJavaNumber(raw: string): string {
  if (/^-?\d+$/.test(raw)) return raw === '-0' ? '0' : raw
  const value = Number(raw)
  if (Number.isNaN(value)) return '"NaN"'
  if (!Number.isFinite(value)) return value > 0 ? '"Infinity"' : '"-Infinity"'
  if (Object.is(value, -0)) return '-0.0'
  if (value === 0) return '0.0'
  const shortest = value.toExponential()
  // Java looks for the nearest number of two digits at least: 4.9E-324, where one digit, 5e-324, would do.
  const [mantissa = '', exponent = '0'] = (shortest.includes('.') ? shortest : value.toExponential(1)).split(
    'e',
  )
  const power = Number(exponent)
  if (power >= -3 && power < 7) return Number.isInteger(value) ? `${value}.0` : String(value)
  return `${mantissa}E${power}`
}

/**
 * A number in words, as Java's `Double.parseDouble` reads it: white space around it, `NaN`, `Infinity`, a `f` or `d`
 * at its end and hexadecimal mantissas are all taken. `undefined` where Java throws.
 */
export function parseJavaDouble(text: string): number | undefined {
  const trimmed = text.slice(text.search(/[^\0- ]/), javaTrimmedLength(text))
  if (/^[+-]?(NaN|Infinity)$/.test(trimmed)) return trimmed.endsWith('N') ? Number.NaN : Number(trimmed)
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?[fFdD]?$/.test(trimmed)) {
    return Number(trimmed.replace(/[fFdD]$/, ''))
  }
  const hex = /^([+-]?)0[xX](?=\.?[\da-fA-F])([\da-fA-F]*)(?:\.([\da-fA-F]*))?[pP]([+-]?\d+)[fFdD]?$/.exec(
    trimmed,
  )
  if (hex === null) return undefined
  const [, sign, whole = '', fraction = '', exponent] = hex
  const value = timesPowerOfTwo(BigInt(`0x${whole}${fraction}`), Number(exponent) - 4 * fraction.length)
  return sign === '-' ? -value : value
}

/** The nearest double, rounded once: a number near zero has fewer than 53 bits to round to. */
function timesPowerOfTwo(mantissa: bigint, power: number): number {
  if (mantissa === 0n) return 0
  const bits = mantissa.toString(2).length
  const highest = bits - 1 + power
  if (highest > 1023) return Infinity
  const kept = Math.min(53, highest + 1075)
  if (kept < 0) return 0
  if (bits <= kept) return Number(mantissa) * 2 ** power
  const dropped = BigInt(bits - kept)
  const whole = mantissa >> dropped
  const rest = mantissa - (whole << dropped)
  const half = 1n << (dropped - 1n)
  const isUp = rest > half || (rest === half && whole % 2n === 1n)
  return Number(isUp ? whole + 1n : whole) * 2 ** (power + bits - kept)
}

/**
 * How long a text is without the end that Java's `String.trim` takes off: every character up to the space, and no
 * other. A regular expression would look at a long gap again from each of its spaces.
 */
export function javaTrimmedLength(text: string): number {
  let length = text.length
  while (length > 0 && text.charCodeAt(length - 1) <= 0x20) length--
  return length
}
