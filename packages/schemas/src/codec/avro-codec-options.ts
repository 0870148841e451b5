import type { AvroTypeOptions } from './avro-type.ts'
import type { CodecHookOptions } from './codec-hooks.ts'
import type { SchemaReference, SchemaText } from '../registry/schema-input.ts'
import type { Registry } from '../registry/registry.ts'
import type { SubjectNameStrategy } from './subject-name.ts'

/** What a topic's values are. */
export interface TopicSchema {
  /** May be left out with `useLatest`. */
  readonly schema?: SchemaText | undefined
  /** Schemas in the registry whose types the schema uses. Default: none. */
  readonly references?: readonly SchemaReference[] | undefined
  /** Default: made by the strategy. */
  readonly subject?: string | undefined
  /** Default: the codec's. */
  readonly strategy?: SubjectNameStrategy | undefined
  /** The topic that the subject is named after, for entries under other names: several event types on one topic. */
  readonly topic?: string | undefined
  /** Default: the codec's. */
  readonly useLatest?: boolean | undefined
}

/** How {@link createAvroCodec} finds the schemas of topics. */
export interface AvroCodecOptions extends AvroTypeOptions, CodecHookOptions {
  /** Where schemas are looked up and registered, from `createRegistry`. */
  readonly registry: Registry
  /** Schemas by topic: a schema alone, or one with settings of its own. */
  readonly topics: Readonly<Record<string, SchemaText | TopicSchema>>
  /** Confluent: `value.subject.name.strategy`. @defaultValue `'topic'` */
  readonly subjectNameStrategy?: SubjectNameStrategy | undefined
  /** Whether this codec is of record values or of record keys. @defaultValue `'value'` */
  readonly part?: 'key' | 'value' | undefined
  /**
   * Whether schemas that the registry does not have are registered. Switch it off where schemas are registered on
   * deployment; a schema that is missing is then an error at start. Confluent: `auto.register.schemas`.
   *
   * @defaultValue true
   */
  readonly autoRegister?: boolean | undefined
  /**
   * Whether values are written with the subject's latest schema instead of the one given, which then only has to be
   * readable by it. Nothing is registered. Confluent: `use.latest.version`.
   *
   * @defaultValue false
   */
  readonly useLatest?: boolean | undefined
}

/** Tells a schema from settings: every schema object has a `type`, settings have none. */
export function toTopicSchema(given: SchemaText | TopicSchema): TopicSchema {
  const isSchema = typeof given === 'string' || Array.isArray(given) || 'type' in given
  return isSchema ? { schema: given } : given
}
