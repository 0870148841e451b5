/**
 * Avro schemas as text: parse with positions, compare by the rules of Avro Java and the registries,
 * generate TypeScript. Pure: no network, no files, no codec.
 *
 * @module
 */
export { AvroSchemaError, type AvroSchemaErrorCode } from './avro-schema-error.ts'
export { canonicalText } from './canonical-text.ts'
export {
  checkEvolution,
  compatibilityModes,
  type CheckEvolutionOptions,
  type CompatibilityMode,
  type EvolutionDirection,
  type EvolutionFailure,
  type EvolutionResult,
} from './check-evolution.ts'
export { checkReaderWriter, type ReaderWriterResult } from './check-reader-writer.ts'
export {
  adviceRuleIds,
  evolutionRuleIds,
  registryRuleIds,
  type AdviceRuleId,
  type EvolutionRuleId,
  type RegistryRuleId,
} from './evolution-rule-id.ts'
export { findEvolutionAdvice, type FindEvolutionAdviceOptions } from './evolution/find-evolution-advice.ts'
export type { EvolutionFinding, FindingPlace, RegistryWords } from './evolution/evolution-finding.ts'
export {
  findEvolutionFindings,
  type FindEvolutionFindingsOptions,
} from './evolution/find-evolution-findings.ts'
export { findSchemaNames, type DefinedName, type SchemaNames, type UsedName } from './find-schema-names.ts'
export { findRootCauses } from './find-root-causes.ts'
export type { Incompatibility, IncompatibilityType } from './incompatibility.ts'
export type { JsonNode, JsonPlace } from './json-node.ts'
export { parseSchema, type ParseSchemaOptions } from './parse-schema.ts'
export type { RootCause } from './root-cause.ts'
export type {
  ArrayNode,
  EnumNode,
  FieldNode,
  FixedNode,
  MapNode,
  NamedNode,
  ParsedSchema,
  PrimitiveNode,
  PrimitiveType,
  RecordNode,
  SchemaNode,
  UnionNode,
} from './schema-node.ts'
export { generateTypes, type GenerateTypesOptions } from './typescript/generate-types.ts'
export {
  canAnnotate,
  type AnnotatedType,
  type LogicalTypeMapping,
  type LogicalTypeMappings,
} from './typescript/logical-mapping.ts'
export type { TypesSource } from './typescript/parse-schema-set.ts'
export { TypesError, type SchemaSetProblem, type TypesErrorCode } from './typescript/types-error.ts'
