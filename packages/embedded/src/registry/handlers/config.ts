import { compatibilityModes, type CompatibilityMode } from '@headwater/avro'
import { failures } from '../registry-failure.ts'
import { flag, type RegistryHandler } from '../registry-request.ts'
import { assertWritable } from './register-schema.ts'

/** `GET /config` and `GET /config/{subject}`. A subject without a level of its own is 40408, which clients rely on. */
export const getConfig: RegistryHandler = (request) => {
  const { store, params } = request
  const subject = params['subject']
  const level =
    store.level(subject) ?? (flag(request, 'defaultToGlobal') ? store.level(undefined) : undefined)
  if (level === undefined) {
    const known = subject !== undefined && store.versions(subject, { deleted: true }).length > 0
    if (request.dialect === 'apicurio' && known) return { compatibilityLevel: 'NONE' }
    if (request.dialect === 'apicurio') throw failures.subjectNotFound(subject ?? '')
    throw failures.noSubjectLevel(subject ?? '')
  }
  return { compatibilityLevel: level }
}

/** `PUT /config` and `PUT /config/{subject}`. Levels in any case; a body without one changes nothing. */
export const putConfig: RegistryHandler = (request) => {
  const { store, params, body } = request
  const subject = params['subject']
  assertWritable(request, subject)
  const wanted = body['compatibility']
  if (wanted === undefined || wanted === null) return {}
  const level = toLevel(wanted)
  store.setLevel(subject, level)
  return { compatibility: level }
}

/** `DELETE /config` and `DELETE /config/{subject}`: answers with the level that was. */
export const deleteConfig: RegistryHandler = (request) => {
  const { store, params } = request
  const subject = params['subject']
  assertWritable(request, subject)
  const level = store.level(subject)
  if (level === undefined) throw failures.subjectNotFound(subject ?? '')
  store.setLevel(subject, undefined)
  return { compatibilityLevel: level }
}

function toLevel(value: unknown): CompatibilityMode {
  const level = compatibilityModes.find((mode) => mode === String(value).toUpperCase())
  if (level === undefined) throw failures.invalidLevel()
  return level
}
