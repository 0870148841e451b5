import type { LogFields, Logger } from '@headwater/base'
import { passLimitOn } from './limit-repeats.ts'

/** The logger with fields that all its lines have, such as `{ component: 'registry' }`; fields of a line come first. */
export function childLogger(logger: Logger, fields: LogFields): Logger {
  return passLimitOn(logger, {
    debug: (own, message) => logger.debug({ ...fields, ...own }, message),
    info: (own, message) => logger.info({ ...fields, ...own }, message),
    warn: (own, message) => logger.warn({ ...fields, ...own }, message),
    error: (own, message) => logger.error({ ...fields, ...own }, message),
  })
}
