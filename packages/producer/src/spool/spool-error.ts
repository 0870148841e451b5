import { HeadwaterError, toError } from '@headwater/base'

/** Why the spool did not take a record; the `cause` of the record's own error. */
export class SpoolError extends HeadwaterError<'SPOOL_FULL' | 'SPOOL_FAILED'> {
  /** Whether the record may be in the spool in spite of it: it was written, and could not be taken back. */
  readonly mayBeStored: boolean

  constructor(
    code: 'SPOOL_FULL' | 'SPOOL_FAILED',
    message: string,
    options: { cause?: unknown; mayBeStored?: boolean } = {},
  ) {
    super(code, message, { retriable: true, cause: options.cause })
    this.mayBeStored = options.mayBeStored ?? false
  }
}

/** The error for a disk that does not do what it should. */
export function diskFailed(what: string, thrown: unknown, mayBeStored: boolean = false): SpoolError {
  const cause = toError(thrown)
  return new SpoolError('SPOOL_FAILED', `${what}: ${cause.message}`, { cause, mayBeStored })
}
