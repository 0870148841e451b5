/**
 * `npm create headwater` from a program: writes a new service that puts events on Kafka.
 *
 * @module
 */
export { createService, type CreatedService, type CreateServiceOptions } from './create-service.ts'
export { runCreate, type CreateContext } from './run-create.ts'
export { StarterError, type StarterErrorCode } from './starter-error.ts'
export type {
  PackageManager,
  StarterChannel,
  StarterCi,
  StarterCodec,
  StarterOptions,
} from './starter-options.ts'
