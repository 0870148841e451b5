import { checkAgainst } from '../check-against.ts'
import { failures } from '../registry-failure.ts'
import { param, type RegistryHandler, type RegistryRequest } from '../registry-request.ts'
import { toRegistrySchema } from '../registry-schema.ts'

// Confluent keeps these two names for itself.
const reservedSubjects: ReadonlySet<string> = new Set(['__GLOBAL', '__EMPTY'])

/**
 * `POST /subjects/{subject}/versions`. A schema that the subject already has is answered with its id, without any
 * check; any other is compared with the versions that stand.
 */
export const registerSchema: RegistryHandler = (request) => {
  const { store, body } = request
  const subject = param(request, 'subject')
  assertSubject(subject)
  assertWritable(request, subject)
  const schema = toRegistrySchema(body, (reference) => store.resolve(reference))
  const versions = store.versions(subject)
  const standing = versions.find((version) => version.schema.key === schema.key)
  if (standing !== undefined) return { id: standing.id }

  const imported = store.modeInForce(subject) === 'IMPORT'
  const id = toNumber(body['id'])
  const version = toNumber(body['version'])
  if (imported !== (id !== undefined)) {
    throw failures.notPermitted(
      imported
        ? `Subject ${subject} in context . is in import mode, so the schema needs an id`
        : `Subject ${subject} in context . is not in import mode`,
    )
  }
  if (id !== undefined && (store.schema(id) ?? schema).key !== schema.key) {
    throw failures.notPermitted(`Overwrite new schema with id ${id} is not permitted.`)
  }
  if (!imported) {
    const next = (store.versions(subject, { deleted: true }).at(-1)?.version ?? 0) + 1
    if (version !== undefined && version !== next)
      throw failures.invalidSchema(`Version is not one more than previous version`)
    const details = checkAgainst(schema, versions, store.levelInForce(subject))
    if (details.length > 0) throw failures.incompatible(request.incompatibleErrorCode, subject, details)
  }
  const wanted = { ...(id === undefined ? {} : { id }), ...(version === undefined ? {} : { version }) }
  return { id: store.add(subject, schema, wanted).id }
}

/** Refuses every write to a subject that is read-only; to the registry itself for `undefined`. */
export function assertWritable(request: RegistryRequest, subject: string | undefined): void {
  const mode = request.store.modeInForce(subject)
  if (!mode.startsWith('READONLY')) return
  throw failures.notPermitted(`Subject ${subject ?? '__GLOBAL'} in context . is in read-only mode`)
}

function assertSubject(subject: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (reservedSubjects.has(subject) || /[\u0000-\u001f\u007f]/.test(subject))
    throw failures.invalidSubject(subject)
}

/** Clients send 0 and -1 for "none". */
function toNumber(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined
}
