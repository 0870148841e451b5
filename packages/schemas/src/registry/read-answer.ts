import { RegistryError, type RegistryErrorCode } from './registry-error.ts'

/**
 * Makes a value or an error of an HTTP answer. Proxies and other registries put pages, empty bodies and bodies without
 * `error_code` in the place of the registry's own error form, so only the status is relied on.
 */
export function readAnswer(
  where: string,
  status: number,
  text: string,
): { readonly value: unknown } | RegistryError {
  const parsed = parseJson(text)
  if (status >= 200 && status < 300) {
    if (parsed !== undefined) return { value: parsed }
    const message = `The answer to ${where} is not JSON: is this address a schema registry?`
    return new RegistryError('REGISTRY_BAD_ANSWER', message, { status })
  }
  const { error_code: errorCode, message } = (parsed ?? {}) as { error_code?: unknown; message?: unknown }
  const known = typeof errorCode === 'number' ? errorCode : undefined
  const code = toCode(status, known)
  const said = typeof message === 'string' && message !== '' ? message : 'no reason given'
  const number = known === undefined ? String(status) : `${status}, ${known}`
  return new RegistryError(code, `${titles[code]} (${number}) to ${where}: ${said}`, {
    status,
    errorCode: known,
  })
}

const titles: Readonly<Partial<Record<RegistryErrorCode, string>>> = {
  REGISTRY_UNAUTHORIZED: 'The schema registry wants other credentials',
  REGISTRY_NOT_FOUND: 'The schema registry does not have this',
  REGISTRY_INCOMPATIBLE: 'The schema registry found the schema incompatible',
  REGISTRY_INVALID_SCHEMA: 'The schema registry found the schema invalid',
  REGISTRY_REFUSED: 'The schema registry refused',
  REGISTRY_UNAVAILABLE: 'The schema registry is not available',
  REGISTRY_BAD_ANSWER: 'The schema registry gave an unexpected answer',
}

function toCode(status: number, errorCode: number | undefined): RegistryErrorCode {
  if (status === 401 || status === 403) return 'REGISTRY_UNAUTHORIZED'
  if (status === 404) return 'REGISTRY_NOT_FOUND'
  if (status === 409) return 'REGISTRY_INCOMPATIBLE'
  if (status === 408 || status === 429 || status >= 500) return 'REGISTRY_UNAVAILABLE'
  if (status === 422 && errorCode === 42201) return 'REGISTRY_INVALID_SCHEMA'
  return status >= 400 ? 'REGISTRY_REFUSED' : 'REGISTRY_BAD_ANSWER'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // A page or a torn body; the caller judges by the status.
    return undefined
  }
}
