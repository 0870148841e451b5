/**
 * A JSON number as Jackson writes it back: integers with all their digits, anything with a point or an exponent as
 * Java's `Double.toString`, so that `1.50` and `1.5` are the same default.
 */
export function toJavaNumber(raw: string): string {
  if (/^-?\d+$/.test(raw)) return raw === '-0' ? '0' : raw
  const value = Number(raw)
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e')
  if (!Number.isFinite(value)) return value > 0 ? '"Infinity"' : '"-Infinity"'
  if (Object.is(value, -0)) return '-0.0'
  if (value === 0) return '0.0'
  const power = Number(exponent)
  if (power >= -3 && power < 7) return Number.isInteger(value) ? `${value}.0` : String(value)
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${power}`
}
