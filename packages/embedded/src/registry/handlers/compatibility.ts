import { checkAgainst } from '../check-against.ts'
import { RegistryFailure, failures } from '../registry-failure.ts'
import { flag, param, versionParam, type RegistryHandler, type RegistryRequest } from '../registry-request.ts'
import { toRegistrySchema } from '../registry-schema.ts'
import type { StoredVersion } from '../registry-store.ts'

/** `POST /compatibility/subjects/{subject}/versions`: against what the level says, as a registration would be. */
export const checkAllVersions: RegistryHandler = (request) =>
  answer(request, request.store.versions(param(request, 'subject')))

/**
 * `POST /compatibility/subjects/{subject}/versions/{version}`: against that version alone, transitive level or not.
 * The latest of an unknown subject is compatible with anything.
 */
export const checkOneVersion: RegistryHandler = (request) => {
  const wanted = versionParam(request)
  const versions = request.store.versions(param(request, 'subject'))
  const found = wanted === 'latest' ? versions.at(-1) : versions.find(({ version }) => version === wanted)
  if (found === undefined && wanted !== 'latest') throw failures.versionNotFound(wanted)
  return answer(request, found === undefined ? [] : [found])
}

function answer(request: RegistryRequest, previous: readonly StoredVersion[]): unknown {
  const verbose = flag(request, 'verbose')
  const messages = findMessages(request, previous, verbose)
  // Java clients read `messages` alone, others `is_compatible` alone.
  return { is_compatible: messages.length === 0, ...(verbose ? { messages } : {}) }
}

/** An invalid schema is an error, but for `verbose`, which makes it a finding. */
function findMessages(
  request: RegistryRequest,
  previous: readonly StoredVersion[],
  verbose: boolean,
): readonly string[] {
  const { store } = request
  try {
    const schema = toRegistrySchema(request.body, (reference) => store.resolve(reference))
    return checkAgainst(schema, previous, store.levelInForce(param(request, 'subject')))
  } catch (error) {
    if (verbose && error instanceof RegistryFailure) return [error.message]
    throw error
  }
}
