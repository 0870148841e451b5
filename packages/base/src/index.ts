/**
 * What all Headwater packages share, and nothing else.
 *
 * @module
 */
export { systemClock, type Clock, type Timer } from './clock.ts'
export type { ConnectionSettings, Credentials, SaslSettings } from './connection-settings.ts'
export { errSerializer, type SerializedError } from './err-serializer.ts'
export { HeadwaterError, isHeadwaterError, toError, type HeadwaterErrorOptions } from './headwater-error.ts'
export { silentLogger, type LogFields, type Logger } from './logger.ts'
export { ManualClock } from './manual-clock.ts'
