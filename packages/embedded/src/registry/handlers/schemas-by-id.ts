import { failures } from '../registry-failure.ts'
import { flag, idParam, param, type RegistryHandler, type RegistryRequest } from '../registry-request.ts'
import type { RegistrySchema } from '../registry-schema.ts'
import type { StoredVersion } from '../registry-store.ts'

/** `schemaType` is left out for Avro, as old clients expect. */
export function schemaFields(schema: RegistrySchema): Record<string, unknown> {
  return {
    ...(schema.schemaType === 'AVRO' ? {} : { schemaType: schema.schemaType }),
    ...(schema.references.length === 0 ? {} : { references: schema.references }),
    ...(schema.metadata === undefined ? {} : { metadata: schema.metadata }),
    ...(schema.ruleSet === undefined ? {} : { ruleSet: schema.ruleSet }),
    guid: schema.guid,
    schema: schema.text,
  }
}

/** `GET /schemas/ids/{id}`: soft-deleted versions are found, since old records still carry their id. */
export const getSchemaById: RegistryHandler = (request) => ({
  ...schemaFields(findSchema(request)),
  ...(flag(request, 'fetchMaxId') ? { maxId: request.store.maxId } : {}),
})

/** `GET /schemas/guids/{guid}`. */
export const getSchemaByGuid: RegistryHandler = (request) => {
  const guid = param(request, 'guid')
  const schema = request.store.schemaByGuid(guid)
  if (schema === undefined) throw failures.schemaIdNotFound(guid)
  return schemaFields(schema)
}

/** `GET /schemas/ids/{id}/schema`: the schema itself as the body. */
export const getRawSchemaById: RegistryHandler = (request) => toRaw(findSchema(request))

/** `GET /schemas/ids/{id}/subjects`. */
export const getSubjectsById: RegistryHandler = (request) => [
  ...new Set(versionsOf(request).map(({ subject }) => subject)),
]

/** `GET /schemas/ids/{id}/versions`. */
export const getVersionsById: RegistryHandler = (request) =>
  versionsOf(request).map(({ subject, version }) => ({ subject, version }))

/** `GET /schemas/types`. */
export const getSchemaTypes: RegistryHandler = () => ['JSON', 'PROTOBUF', 'AVRO']

/** The text of a schema as a JSON value, where it is one. */
export function toRaw(schema: RegistrySchema): unknown {
  return schema.schemaType === 'PROTOBUF' ? schema.text : (JSON.parse(schema.text) as unknown)
}

function findSchema(request: RegistryRequest): RegistrySchema {
  const id = idParam(request)
  const schema = request.store.schema(id)
  if (schema === undefined) throw failures.schemaIdNotFound(id)
  return schema
}

function versionsOf(request: RegistryRequest): (StoredVersion & { subject: string })[] {
  const id = idParam(request)
  findSchema(request)
  const all = [...request.store.everyVersion()].filter((version) => version.id === id)
  return flag(request, 'deleted') ? all : all.filter((version) => !version.deleted)
}
