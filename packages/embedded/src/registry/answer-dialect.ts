import type { RegistryFailure } from './registry-failure.ts'

/**
 * Whose answers are given where registries differ. `apicurio` is for clients that must live with one: statuses 409 for
 * 40405, 40406 and 40407, no body where the web framework answers by itself, and for a subject without a level of its own
 * NONE when it has versions, 40401 when it has none.
 */
export type RegistryDialect = 'confluent' | 'apicurio'

const conflicts: ReadonlySet<number> = new Set([40405, 40406, 40407])

/** The answer that a failure becomes. */
export function toFailureAnswer(
  failure: RegistryFailure,
  dialect: RegistryDialect,
): { readonly status: number; readonly body: string } {
  const body = JSON.stringify({ error_code: failure.errorCode, message: failure.message })
  if (dialect === 'confluent') return { status: failure.status, body }
  if (conflicts.has(failure.errorCode)) return { status: 409, body }
  // Codes of three digits are the framework's own; 409 is the registry's.
  const isFrameworks = failure.errorCode < 1000 && failure.errorCode !== 409
  return { status: failure.status, body: isFrameworks ? '' : body }
}
