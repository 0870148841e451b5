import { failures } from '../registry-failure.ts'
import { flag, param, versionParam, type RegistryHandler, type RegistryRequest } from '../registry-request.ts'
import { assertWritable } from './register-schema.ts'

/** `DELETE /subjects/{subject}`: soft, or for good with `permanent=true` once it is soft-deleted. */
export const deleteSubject: RegistryHandler = (request) => {
  const { store } = request
  const subject = param(request, 'subject')
  assertWritable(request, subject)
  const all = store.versions(subject, { deleted: true })
  if (all.length === 0) throw failures.subjectNotFound(subject)
  const live = store.versions(subject)
  if (!flag(request, 'permanent')) {
    if (live.length === 0) throw failures.subjectSoftDeleted(subject)
    for (const { version } of live) assertUnreferenced(request, subject, version)
    for (const { version } of live) store.softDelete(subject, version)
    return live.map(({ version }) => version)
  }
  if (live.length > 0) throw failures.subjectNotSoftDeleted(subject)
  for (const { version } of all) assertUnreferenced(request, subject, version)
  for (const { version } of all) store.hardDelete(subject, version)
  return all.map(({ version }) => version)
}

/** `DELETE /subjects/{subject}/versions/{version}`. */
export const deleteVersion: RegistryHandler = (request) => {
  const { store } = request
  const subject = param(request, 'subject')
  assertWritable(request, subject)
  const wanted = versionParam(request)
  const all = store.versions(subject, { deleted: true })
  if (all.length === 0) throw failures.subjectNotFound(subject)
  const found = wanted === 'latest' ? store.latest(subject) : all.find(({ version }) => version === wanted)
  if (found === undefined) throw failures.versionNotFound(wanted)
  const permanent = flag(request, 'permanent')
  if (found.deleted && !permanent) throw failures.versionSoftDeleted(subject, found.version)
  if (!found.deleted && permanent) throw failures.versionNotSoftDeleted(subject, found.version)
  assertUnreferenced(request, subject, found.version)
  if (permanent) store.hardDelete(subject, found.version)
  else store.softDelete(subject, found.version)
  return found.version
}

/** Soft deletes are stopped by living referrers, hard ones by any. */
function assertUnreferenced(request: RegistryRequest, subject: string, version: number): void {
  for (const other of request.store.everyVersion()) {
    if (other.deleted && !flag(request, 'permanent')) continue
    if (other.schema.references.some((to) => to.subject === subject && to.version === version)) {
      throw failures.referenceExists(subject, version)
    }
  }
}
