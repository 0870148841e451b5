import { failures } from '../registry-failure.ts'
import { flag, type RegistryHandler } from '../registry-request.ts'
import type { RegistryMode } from '../registry-store.ts'

const modes: readonly RegistryMode[] = ['READWRITE', 'READONLY', 'READONLY_OVERRIDE', 'IMPORT']

/** `GET /mode` and `GET /mode/{subject}`. */
export const getMode: RegistryHandler = (request) => {
  const { store, params } = request
  const subject = params['subject']
  const mode = store.mode(subject) ?? (flag(request, 'defaultToGlobal') ? store.mode(undefined) : undefined)
  if (mode === undefined) throw failures.noSubjectMode(subject ?? '')
  return { mode }
}

/** `PUT /mode` and `PUT /mode/{subject}`. Importing over living schemas needs `force=true`. */
export const putMode: RegistryHandler = (request) => {
  const { store, params, body } = request
  const subject = params['subject']
  const mode = modes.find((known) => known === String(body['mode']).toUpperCase())
  if (mode === undefined) throw failures.invalidMode()
  const subjects = subject === undefined ? store.subjects : [subject]
  const living = subjects.some((name) => store.latest(name) !== undefined)
  if (mode === 'IMPORT' && living && !flag(request, 'force')) {
    throw failures.notPermitted('Cannot import since found existing subjects')
  }
  store.setMode(subject, mode)
  return { mode }
}

/** `DELETE /mode` and `DELETE /mode/{subject}`: answers with the mode that was. */
export const deleteMode: RegistryHandler = (request) => {
  const { store, params } = request
  const subject = params['subject']
  const mode = store.mode(subject)
  if (mode === undefined) throw failures.subjectNotFound(subject ?? '')
  store.setMode(subject, undefined)
  return { mode }
}
