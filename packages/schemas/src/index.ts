/**
 * Event schemas at run time: a schema registry client that always answers in time, and codecs that are synchronous
 * once they are warm.
 *
 * @module
 */
export { createAvroCodec, type AvroCodec } from './codec/avro-codec.ts'
export type { AvroCodecOptions, TopicSchema } from './codec/avro-codec-options.ts'
export type { AvroTypeOptions } from './codec/avro-type.ts'
export {
  CodecError,
  SchemaValidationError,
  type CodecErrorCode,
  type ValueProblem,
} from './codec/codec-error.ts'
export type {
  CodecFailure,
  CodecHookOptions,
  CodecHooks,
  CodecOperation,
  SchemaWait,
} from './codec/codec-hooks.ts'
export type { Codec, DecodeOptions } from './codec/codec.ts'
export { createJsonCodec, type JsonCodecOptions } from './codec/json-codec.ts'
export { createRawCodec, type RawCodecOptions } from './codec/raw-codec.ts'
export type { StandardIssue, StandardResult, StandardSchema } from './codec/standard-schema.ts'
export type { SubjectNameStrategy } from './codec/subject-name.ts'
export {
  standardLogicalTypes,
  type LogicalTypeClass,
  type StandardLogicalType,
} from './logical/standard-logical-types.ts'
export type { CsrAvroSchema, CsrClient } from './registry/csr-client.ts'
export { createRegistry, type Registry, type RegistryCallOptions } from './registry/registry.ts'
export {
  RegistryError,
  type RegistryErrorCode,
  type RegistryErrorDetails,
} from './registry/registry-error.ts'
export type {
  RegistryHooks,
  RegistryOperation,
  RegistryRequest,
  RegistryResult,
} from './registry/registry-hooks.ts'
export type { RegistryAuth, RegistryOptions } from './registry/registry-options.ts'
export type {
  CompatibilityVerdict,
  LevelInForce,
  RegisteredSchema,
  RegisteredVersion,
  SchemaInput,
  SchemaReference,
  SchemaText,
  SchemaVersion,
} from './registry/schema-input.ts'
