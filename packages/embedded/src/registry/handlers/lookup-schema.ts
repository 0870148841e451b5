import { failures } from '../registry-failure.ts'
import { flag, param, type RegistryHandler } from '../registry-request.ts'
import { toRegistrySchema } from '../registry-schema.ts'
import { schemaFields } from './schemas-by-id.ts'

/** `POST /subjects/{subject}`: under which id and version a schema stands there. */
export const lookupSchema: RegistryHandler = (request) => {
  const { store } = request
  const subject = param(request, 'subject')
  const versions = store.versions(subject, { deleted: flag(request, 'deleted') })
  if (versions.length === 0) throw failures.subjectNotFound(subject)
  const schema = toRegistrySchema(request.body, (reference) => store.resolve(reference))
  const found = versions.findLast((version) => version.schema.key === schema.key)
  if (found === undefined) throw failures.schemaNotFound()
  return { subject, version: found.version, id: found.id, ...schemaFields(found.schema) }
}
