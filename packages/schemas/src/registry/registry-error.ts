import { HeadwaterError } from '@headwater/base'

/** What {@link RegistryError} says in its code; the README has a table with what to do about each. */
export type RegistryErrorCode =
  | 'REGISTRY_UNREACHABLE'
  | 'REGISTRY_TIMEOUT'
  | 'REGISTRY_ABORTED'
  | 'REGISTRY_UNAUTHORIZED'
  | 'REGISTRY_TOKEN_FAILED'
  | 'REGISTRY_NOT_FOUND'
  | 'REGISTRY_INCOMPATIBLE'
  | 'REGISTRY_INVALID_SCHEMA'
  | 'REGISTRY_REFUSED'
  | 'REGISTRY_UNAVAILABLE'
  | 'REGISTRY_BAD_ANSWER'
  | 'REGISTRY_OPTIONS_INVALID'

/** What is known of the registry's answer. */
export interface RegistryErrorDetails {
  readonly status?: number | undefined
  readonly errorCode?: number | undefined
  readonly cause?: unknown
}

// The same call may succeed later: the network, a deadline, an overloaded or restarting server, or whoever gives tokens.
const retriableCodes: ReadonlySet<RegistryErrorCode> = new Set([
  'REGISTRY_UNREACHABLE',
  'REGISTRY_TIMEOUT',
  'REGISTRY_UNAVAILABLE',
  'REGISTRY_TOKEN_FAILED',
])

/** A call to a schema registry that did not succeed. */
export class RegistryError extends HeadwaterError<RegistryErrorCode> {
  /** The HTTP status; `undefined` when there was no answer. */
  readonly status: number | undefined
  /** The registry's own code, such as 40403; `undefined` when the answer had none, as a proxy's has not. */
  readonly errorCode: number | undefined

  constructor(code: RegistryErrorCode, message: string, details: RegistryErrorDetails = {}) {
    super(code, message, { retriable: retriableCodes.has(code), cause: details.cause })
    this.status = details.status
    this.errorCode = details.errorCode
  }
}

/** `errorCode` of a 404 for a subject that has no versions. */
export const subjectUnknown = 40401
