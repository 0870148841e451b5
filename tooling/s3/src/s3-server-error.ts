import { HeadwaterError } from '@headwater/base'

/**
 * Why there is no server:
 *
 * - `S3_UNAVAILABLE`: Java, Maven or its downloads are missing; the message says which
 * - `S3_START_FAILED`: it did not come up; the message ends with the tail of its log
 */
type S3ServerErrorCode = 'S3_UNAVAILABLE' | 'S3_START_FAILED'

/** Makes the one error that this package throws. */
export function createS3ServerError(
  code: S3ServerErrorCode,
  message: string,
): HeadwaterError<S3ServerErrorCode> {
  return new HeadwaterError(code, message)
}
