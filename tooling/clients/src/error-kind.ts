/**
 * Where clients of Node name Kafka's error: kafkajs in `type`, `@platformatic/kafka` in `apiId`,
 * deep in what they collected.
 */
interface ClientError {
  readonly type?: unknown
  readonly apiId?: unknown
  readonly errors?: readonly unknown[]
  readonly groups?: readonly { readonly error?: unknown }[]
  readonly cause?: unknown
}

/** Kafka's name of the error that something fails with, or that it did not. */
export function kindOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'not refused',
    (error: unknown) => nameOf(error) ?? String(error),
  )
}

function nameOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { type, apiId, errors = [], groups = [], cause } = error as ClientError
  for (const name of [apiId, type]) if (typeof name === 'string' && /^[A-Z0-9_]+$/.test(name)) return name
  for (const inner of [...errors, ...groups.map((group) => group.error), cause]) {
    const name = nameOf(inner)
    if (name !== undefined) return name
  }
  return undefined
}
