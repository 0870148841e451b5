import { silentLogger, type LogFields, type Logger } from '@headwater/base'
import { catchRejection } from '../catch-rejection.ts'
import { warnOfCallback } from '../warn-of-callback.ts'

/**
 * A logger that never throws and never rejects, whatever the user's does: lines are written in the midst of settling
 * records, and one that throws there would leave them unsettled for ever.
 */
export function guardLogger(logger: Logger): Logger {
  if (logger === silentLogger) return logger
  const warn = warnOfCallback("the producer's logger")
  const guarded =
    (level: keyof Logger) =>
    (fields: LogFields, message: string): void => {
      try {
        catchRejection(logger[level](fields, message), warn)
      } catch (thrown) {
        warn(thrown)
      }
    }
  return {
    debug: guarded('debug'),
    info: guarded('info'),
    warn: guarded('warn'),
    error: guarded('error'),
  }
}
