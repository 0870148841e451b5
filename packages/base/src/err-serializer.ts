/** What a log line says about an error; see {@link errSerializer}. */
export interface SerializedError {
  readonly type: string
  readonly message: string
  /** Where it was thrown: the frames alone. */
  readonly stack?: string | undefined
  /** Its cause, the parts of an `AggregateError`, the two errors of a `SuppressedError`. */
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
  const [name = 'Error', message = '', stack] = ['name', 'message', 'stack'].map((each) => text(thrown, each))
  const properties = told
    .filter((property) => Object.hasOwn(thrown, property))
    .map((property) => [property, read(thrown, property)])
    .filter(([, value]) => /^(?:string|number|boolean)$/.test(typeof value))
  const path = [...above, thrown]
  const below = path.length < deepest ? belowOf(thrown, name) : []
  const causes = below.filter((each) => !path.includes(each)).slice(0, mostCauses)
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

/** Its cause; the parts of an `AggregateError`; both errors of a `SuppressedError`, which `await using` throws. */
function belowOf(thrown: Error, name: string): readonly unknown[] {
  const parts = name === 'SuppressedError' ? ['error', 'suppressed'] : []
  const below = ['cause', ...parts].map((each) => read(thrown, each)).filter((each) => each !== undefined)
  return thrown instanceof AggregateError ? [...below, read(thrown, 'errors') ?? []].flat() : below
}

function read(thrown: Error, property: string): unknown {
  try {
    return (thrown as unknown as Readonly<Record<string, unknown>>)[property]
  } catch {
    return undefined
  }
}

function text(thrown: Error, property: string): string | undefined {
  const value = read(thrown, property)
  return typeof value === 'string' ? value : undefined
}
