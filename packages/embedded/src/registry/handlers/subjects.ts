import { failures } from '../registry-failure.ts'
import { flag, param, versionParam, type RegistryHandler, type RegistryRequest } from '../registry-request.ts'
import type { StoredVersion } from '../registry-store.ts'
import { schemaFields, toRaw } from './schemas-by-id.ts'

/** `GET /subjects` with `deleted`, `deletedOnly`, `subjectPrefix`, `offset` and `limit`. */
export const getSubjects: RegistryHandler = (request) => {
  // `:*:` stands for the subjects of all contexts, of which there is one.
  const prefix = request.query.get('subjectPrefix')?.replace(/^:(\*|\.):/, '') ?? ''
  const names = request.store.subjects.filter((subject) => {
    const live = request.store.latest(subject) !== undefined
    const wanted = flag(request, 'deletedOnly') ? !live : live || flag(request, 'deleted')
    return wanted && subject.startsWith(prefix)
  })
  const offset = Number(request.query.get('offset') ?? 0)
  const limit = Number(request.query.get('limit') ?? -1)
  return names.slice(offset, limit < 0 ? undefined : offset + limit)
}

/** `GET /subjects/{subject}/versions` with `deleted`, `deletedOnly` and `deletedAsNegative`. */
export const getVersions: RegistryHandler = (request) => {
  const subject = param(request, 'subject')
  const all = request.store.versions(subject, { deleted: true })
  const wanted = all.filter((version) =>
    flag(request, 'deletedOnly')
      ? version.deleted
      : !version.deleted || flag(request, 'deleted') || flag(request, 'deletedAsNegative'),
  )
  if (wanted.length === 0) throw failures.subjectNotFound(subject)
  const sign = flag(request, 'deletedAsNegative') ? -1 : 1
  return wanted.map(({ version, deleted }) => (deleted ? sign * version : version))
}

/** `GET /subjects/{subject}/versions/{version}`. */
export const getVersion: RegistryHandler = (request) => {
  const { version, id, schema } = findVersion(request)
  return { subject: param(request, 'subject'), version, id, ...schemaFields(schema) }
}

/** `GET /subjects/{subject}/metadata`: the newest version whose metadata has every `key` with its `value`. */
export const getVersionByMetadata: RegistryHandler = (request) => {
  const subject = param(request, 'subject')
  const versions = request.store.versions(subject, { deleted: flag(request, 'deleted') })
  if (versions.length === 0) throw failures.subjectNotFound(subject)
  const values = request.query.getAll('value')
  const wanted = request.query.getAll('key').map((key, index) => [key, values[index]] as const)
  const found = versions.findLast(({ schema }) => {
    const { properties } = (schema.metadata ?? {}) as { properties?: Readonly<Record<string, unknown>> }
    return wanted.every(([key, value]) => properties?.[key] === value)
  })
  if (found === undefined) throw failures.schemaNotFound()
  return { subject, version: found.version, id: found.id, ...schemaFields(found.schema) }
}

/** `GET /contexts`: there is the default one alone. */
export const getContexts: RegistryHandler = () => ['.']

/** `GET /subjects/{subject}/versions/{version}/schema`. */
export const getRawVersion: RegistryHandler = (request) => toRaw(findVersion(request).schema)

/** `GET /subjects/{subject}/versions/{version}/referencedby`: ids of the schemas that point here. */
export const getReferencedBy: RegistryHandler = (request) => {
  const { version } = findVersion(request)
  const subject = param(request, 'subject')
  const ids = [...request.store.everyVersion()]
    .filter((other) => !other.deleted)
    .filter(({ schema }) => schema.references.some((to) => to.subject === subject && to.version === version))
    .map(({ id }) => id)
  return [...new Set(ids)]
}

/** The version that the path names. An unknown subject and an unknown version are told apart. */
function findVersion(request: RegistryRequest): StoredVersion {
  const subject = param(request, 'subject')
  const wanted = versionParam(request)
  const versions = request.store.versions(subject, { deleted: flag(request, 'deleted') })
  if (versions.length === 0) {
    const known = request.store.versions(subject, { deleted: true }).length > 0
    throw known && wanted !== 'latest' ? failures.versionNotFound(wanted) : failures.subjectNotFound(subject)
  }
  const found = wanted === 'latest' ? versions.at(-1) : versions.find(({ version }) => version === wanted)
  if (found === undefined) throw failures.versionNotFound(wanted)
  return found
}
