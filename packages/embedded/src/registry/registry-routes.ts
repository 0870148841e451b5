import { checkAllVersions, checkOneVersion } from './handlers/compatibility.ts'
import { deleteConfig, getConfig, putConfig } from './handlers/config.ts'
import { deleteSubject, deleteVersion } from './handlers/delete-subject.ts'
import { lookupSchema } from './handlers/lookup-schema.ts'
import { deleteMode, getMode, putMode } from './handlers/mode.ts'
import { registerSchema } from './handlers/register-schema.ts'
import {
  getRawSchemaById,
  getSchemaByGuid,
  getSchemaById,
  getSchemaTypes,
  getSubjectsById,
  getVersionsById,
} from './handlers/schemas-by-id.ts'
import {
  getContexts,
  getRawVersion,
  getReferencedBy,
  getSubjects,
  getVersion,
  getVersionByMetadata,
  getVersions,
} from './handlers/subjects.ts'
import type { RegistryHandler } from './registry-request.ts'

/**
 * Everything that the embedded registry serves. What is not in this table is a 404: associations, exporters and
 * encryption keys.
 */
export const registryRoutes: Readonly<Record<string, RegistryHandler>> = {
  'GET /': () => ({}),
  'GET /schemas/types': getSchemaTypes,
  'GET /schemas/ids/:id': getSchemaById,
  'GET /schemas/ids/:id/schema': getRawSchemaById,
  'GET /schemas/ids/:id/subjects': getSubjectsById,
  'GET /schemas/ids/:id/versions': getVersionsById,
  'GET /schemas/guids/:guid': getSchemaByGuid,
  'GET /contexts': getContexts,
  'GET /subjects': getSubjects,
  'GET /subjects/:subject/metadata': getVersionByMetadata,
  'POST /subjects/:subject': lookupSchema,
  'DELETE /subjects/:subject': deleteSubject,
  'GET /subjects/:subject/versions': getVersions,
  'POST /subjects/:subject/versions': registerSchema,
  'GET /subjects/:subject/versions/:version': getVersion,
  'DELETE /subjects/:subject/versions/:version': deleteVersion,
  'GET /subjects/:subject/versions/:version/schema': getRawVersion,
  'GET /subjects/:subject/versions/:version/referencedby': getReferencedBy,
  'POST /compatibility/subjects/:subject/versions': checkAllVersions,
  'POST /compatibility/subjects/:subject/versions/:version': checkOneVersion,
  'GET /config': getConfig,
  'PUT /config': putConfig,
  'DELETE /config': deleteConfig,
  'GET /config/:subject': getConfig,
  'PUT /config/:subject': putConfig,
  'DELETE /config/:subject': deleteConfig,
  'GET /mode': getMode,
  'PUT /mode': putMode,
  'DELETE /mode': deleteMode,
  'GET /mode/:subject': getMode,
  'PUT /mode/:subject': putMode,
  'DELETE /mode/:subject': deleteMode,
}
