import { ConvertedType } from './converted-type.ts'
import { refuse } from './value-misfit.ts'

const millisPerDay = 86_400_000

/**
 * `date` as text, such as `'2026-11-21'` (ISO 8601, years 0000 to 9999). Not as a `Date`: that is a moment, and another
 * day on the other side of the world.
 */
export class CalendarDate extends ConvertedType {
  /** What it is in TypeScript, for `generateTypes`. */
  static readonly type = 'string'

  protected override _fromValue(value: number): string {
    const text = new Date(value * millisPerDay).toISOString()
    if (text.length !== 24) throw new Error('a date outside of the years 0000 to 9999')
    return text.slice(0, 10)
  }

  protected override _toValue(value: unknown): number {
    if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value))
      return refuse('expected a date as text, such as 2026-11-21')
    const millis = Date.parse(value)
    // Date.parse takes the 30th of February for the 2nd of March in some engines.
    const isReal = !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(value)
    return isReal ? millis / millisPerDay : refuse('a date that is in no calendar')
  }
}

const timeOfDay = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d+))?$/
const expectedTime = 'expected a time of day as text, such as 18:30:00'

/** Units since midnight. */
function toUnits(value: unknown, digits: number): number {
  const [, hours, minutes, seconds, fraction = ''] =
    (typeof value === 'string' && timeOfDay.exec(value)) || []
  if (hours === undefined) return refuse(expectedTime)
  if (fraction.replace(/0+$/, '').length > digits)
    return refuse(`a time of day with more than ${digits} digits after the point`)
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return whole * 10 ** digits + Number(fraction.slice(0, digits).padEnd(digits, '0'))
}

function toTimeOfDay(units: number, digits: number): string {
  const perSecond = 10 ** digits
  const seconds = Math.floor(units / perSecond)
  if (units < 0 || seconds >= 86_400) throw new Error('a time of day outside of the day')
  const pad = (part: number, length = 2): string => String(part).padStart(length, '0')
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return `${clock.map((part) => pad(part)).join(':')}.${pad(units % perSecond, digits)}`
}

/** `time-millis` as text, such as `'18:30:00.000'`. */
export class TimeMillis extends ConvertedType {
  /** What it is in TypeScript, for `generateTypes`. */
  static readonly type = 'string'

  protected override _fromValue(value: number): string {
    return toTimeOfDay(value, 3)
  }

  protected override _toValue(value: unknown): number {
    return toUnits(value, 3)
  }
}

/** `time-micros` as text, such as `'18:30:00.000000'`. */
export class TimeMicros extends ConvertedType {
  /** What it is in TypeScript, for `generateTypes`. */
  static readonly type = 'string'

  protected override _fromValue(value: number): string {
    return toTimeOfDay(value, 6)
  }

  protected override _toValue(value: unknown): number {
    return toUnits(value, 6)
  }
}
