import { isHeadwaterError } from '@headwater/base'
import { leaves } from './failure-answer.ts'

/**
 * What a log may say about a failure. Messages of errors that are not ours may quote what they could not read, a mail;
 * of those only the kind and the place are told.
 */
export function describeFailure(thrown: unknown): Readonly<Record<string, unknown>> {
  const causes = [...leaves(thrown)].map((error) => {
    if (isHeadwaterError(error)) return { name: error.name, code: error.code, message: error.message }
    if (!(error instanceof Error)) return { name: typeof error }
    const at = error.stack?.split('\n').filter((line) => /^\s+at /.test(line))
    return { name: error.name, code: (error as NodeJS.ErrnoException).code, at }
  })
  return { ...(isHeadwaterError(thrown) && { code: thrown.code }), causes }
}
