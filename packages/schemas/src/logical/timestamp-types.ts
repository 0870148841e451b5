import { ConvertedType } from './converted-type.ts'
import { refuse } from './value-misfit.ts'

function toMillis(value: unknown): number {
  if (!(value instanceof Date)) return refuse('expected a Date')
  const millis = value.getTime()
  return Number.isNaN(millis) ? refuse('the Date is invalid') : millis
}

function toDate(millis: number): Date {
  const date = new Date(millis)
  if (Number.isNaN(date.getTime())) throw new Error('a timestamp outside of the years that a Date holds')
  return date
}

/** `timestamp-millis` and its local twin as a `Date`. */
export class TimestampMillis extends ConvertedType {
  /** What it is in TypeScript, for `generateTypes`. */
  static readonly type = 'Date'

  protected override _fromValue(value: number): Date {
    return toDate(value)
  }

  protected override _toValue(value: unknown): number {
    return toMillis(value)
  }
}

/** The last and the first millisecond whose microseconds a number holds, in the years 2255 and 1684. */
const maxMillis = Math.floor(Number.MAX_SAFE_INTEGER / 1000)

/**
 * `timestamp-micros` as a `Date`, which has milliseconds: the microseconds that another writer gave are cut off. Where
 * they count, leave this class out, and take the long.
 */
export class TimestampMicros extends ConvertedType {
  /** What it is in TypeScript, for `generateTypes`. */
  static readonly type = 'Date'

  protected override _fromValue(value: number): Date {
    return toDate(Math.floor(value / 1000))
  }

  protected override _toValue(value: unknown): number {
    const millis = toMillis(value)
    if (Math.abs(millis) > maxMillis)
      return refuse('the Date is outside of the years 1684 to 2255, whose microseconds a number holds')
    return millis * 1000
  }
}
