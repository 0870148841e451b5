import { toError } from '@headwater/base'

/**
 * Says that a callback of the user's failed, where there is nobody else to say it to: as a warning of the process, which
 * Node writes to stderr, once for each function that this makes.
 */
export function warnOfCallback(what: string): (thrown: unknown) => void {
  let isTold = false
  return (thrown) => {
    if (isTold) return
    isTold = true
    const error = toError(thrown)
    const message = `${what} failed, and further errors of it are not told: ${error.message}`
    process.emitWarning(message, {
      type: 'HeadwaterWarning',
      code: 'CALLBACK_FAILED',
      detail: error.stack ?? '',
    })
  }
}
