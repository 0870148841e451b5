/** What a log line says about an error; see {@link errSerializer}. */
export interface SerializedError {
  readonly type: string
  readonly message: string
  /** Where it was thrown: the frames alone. */
  readonly stack?: string | undefined
  /** Its cause, or the parts of an `AggregateError`. */
  readonly causes?: readonly SerializedError[] | undefined
  /** `code`, `outcome`, `topic` and the like. */
  readonly [property: string]: unknown
}

/** The properties that are told: any other may be a record, a request or a credential. */
const told = ['code', 'outcome', 'topic', 'partition', 'attempts', 'retriable', 'sent', 'status', 'syscall']
const deepest = 8
const mostCauses = 5

/**
 * Serialises an error for a log line: kind, message, code, the place, and its causes. Properties such as a record or a
 * body stay out, and so does text that a parser quotes; chains that are long or go in a circle end somewhere. For pino:
 * `pino({ serializers: { err: errSerializer } })`.
 */
export function errSerializer(thrown: unknown): SerializedError {
  return serialize(thrown, [])
}

function serialize(thrown: unknown, above: readonly unknown[]): SerializedError {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: `a ${typeof thrown} was thrown` }
  // Anybody may assign anything to these, and a line about an error must not become one.
  const { cause } = thrown
  const [name = 'Error', message = '', stack] = [thrown.name, thrown.message, thrown.stack].map(toText)
  const properties = Object.entries(thrown).filter(
    ([property, value]) => told.includes(property) && /^(?:string|number|boolean)$/.test(typeof value),
  )
  const path = [...above, thrown]
  const below: unknown[] =
    thrown instanceof AggregateError ? [thrown.errors ?? []].flat() : cause === undefined ? [] : [cause]
  const causes =
    path.length < deepest ? below.filter((each) => !path.includes(each)).slice(0, mostCauses) : []
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line))
  // JSON.parse quotes what it could not read.
  const ownWords = name === 'SyntaxError' ? message.replace(/["'].*["']/s, '…') : message
  return {
    type: name,
    message: ownWords.slice(0, 2000),
    ...Object.fromEntries(properties),
    stack: frames?.join('\n'),
    ...(causes.length > 0 && { causes: causes.map((each) => serialize(each, path)) }),
  }
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
