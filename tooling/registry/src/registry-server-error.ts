import { HeadwaterError } from '@headwater/base'

/**
 * Why there is no registry:
 *
 * - `REGISTRY_UNAVAILABLE`: Python, Maven or their downloads are missing; the message says which, and how to get it
 * - `REGISTRY_START_FAILED`: it ended while it started; the message ends with the tail of its log
 * - `REGISTRY_START_TIMEOUT`: it did not answer in time; the message ends with the tail of its log
 */
export type RegistryServerErrorCode =
  | 'REGISTRY_UNAVAILABLE'
  | 'REGISTRY_START_FAILED'
  | 'REGISTRY_START_TIMEOUT'

/** Makes the one error that this package throws. */
export function createRegistryServerError(
  code: RegistryServerErrorCode,
  message: string,
): HeadwaterError<RegistryServerErrorCode> {
  return new HeadwaterError(code, message)
}
