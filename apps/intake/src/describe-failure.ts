import { errSerializer, isHeadwaterError } from '@headwater/base'
import { leaves } from './failure-answer.ts'

/**
 * What a log may say about a failure, as `code` and `err`. Messages of errors that are not ours may quote what they
 * could not read, a mail; of those only the kind, the code and the place are told.
 */
export function describeFailure(thrown: unknown): Readonly<Record<string, unknown>> {
  const causes = [...leaves(thrown)].filter((each) => each !== thrown).map(tell)
  const err = { ...tell(thrown), ...(causes.length > 0 && { causes }) }
  return { ...(isHeadwaterError(thrown) && { code: thrown.code }), err }
}

function tell(thrown: unknown): Readonly<Record<string, unknown>> {
  const { message, causes: _itsOwn, ...rest } = errSerializer(thrown)
  return isHeadwaterError(thrown) ? { ...rest, message } : rest
}
