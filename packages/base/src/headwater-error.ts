/**
 * The one error class of all Headwater packages. Callers switch on {@link HeadwaterError.code}, never on the
 * message: codes are stable, messages may get better.
 */

/** Two copies of this package in one process must recognise each other's errors, so the brand is a global symbol. */
const brand: unique symbol = Symbol.for('headwater.error') as never

/** What an error is made of. */
export interface HeadwaterErrorOptions {
  /** Whether the same call may succeed later without a change. Default: `false`. */
  readonly retriable?: boolean | undefined
  /** The error that led to this one. */
  readonly cause?: unknown
}

/**
 * An error with a stable code. The message says what failed and what to do about it.
 *
 * @typeParam Code - the closed set of codes of the package that throws it, in UPPER_SNAKE_CASE.
 */
export class HeadwaterError<Code extends string = string> extends Error {
  /** What happened, for programs: one of the codes that the throwing package documents. */
  readonly code: Code
  /** Whether the same call may succeed later without a change. */
  readonly retriable: boolean

  constructor(code: Code, message: string, options: HeadwaterErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.retriable = options.retriable ?? false
    Object.defineProperty(this, brand, { value: true })
  }

  /**
   * `instanceof` holds for every copy of this class in the process; a subclass is matched by its own name, too,
   * so that `error instanceof DeliveryError` works across copies of the producer package.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null || !(brand in value)) return false
    if (this === HeadwaterError) return true
    for (let type = Object.getPrototypeOf(value); type !== null; type = Object.getPrototypeOf(type)) {
      if (type === this.prototype || type.constructor?.name === this.name) return true
    }
    return false
  }
}

/** Whether a value is an error of any Headwater package, and, with a code, that very one. */
export function isHeadwaterError<Code extends string = string>(
  value: unknown,
  code?: Code,
): value is HeadwaterError<Code> {
  return value instanceof HeadwaterError && (code === undefined || value.code === code)
}

/** Anything that was thrown, as an `Error`: JavaScript lets people throw strings, and what cannot become one. */
export function toError(thrown: unknown): Error {
  const text = Object(thrown).toString === undefined ? `${typeof thrown} without text` : String(thrown)
  return thrown instanceof Error ? thrown : new Error(text, { cause: thrown })
}
