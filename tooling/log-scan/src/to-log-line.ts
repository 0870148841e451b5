const deepest = 8

/**
 * One call of a logger as the text that the worst logger would write: errors with every property and their whole chain
 * of causes, bytes as the text that they hold. Never throws.
 */
export function toLogLine(level: string, source: string, args: readonly unknown[]): string {
  const [fields, message] = typeof args[0] === 'string' ? [{}, args[0]] : args
  try {
    return JSON.stringify({ level, source, ...(plain(fields, []) as object), msg: message })
  } catch (error) {
    return JSON.stringify({ level, source, unwritable: String(error), msg: String(message) })
  }
}

/** A value without cycles, getters that throw, and types that JSON does not know. */
function plain(value: unknown, path: readonly unknown[]): unknown {
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value)
  if (typeof value === 'function') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (path.includes(value)) return '[cycle]'
  if (path.length >= deepest) return '[deep]'
  const here = [...path, value]
  if (value instanceof Uint8Array) return `[bytes] ${Buffer.from(value).toString('latin1')}`
  if (Array.isArray(value)) return value.map((each) => plain(each, here))
  if (value instanceof Map || value instanceof Set) return plain([...value], here)
  if (value instanceof Error) {
    const { name, message, stack, cause } = value
    const own = entries(value, here)
    return { type: name, message, stack, ...own, ...(cause !== undefined && { cause: plain(cause, here) }) }
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON(), here)
  return entries(value, here)
}

function entries(value: object, path: readonly unknown[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each, path)]))
}
