import type { CompatibilityMode, RegistryRuleId } from '@headwater/avro'
import type { RuleId } from './rule-ids.ts'

/** What `headwater.schemas.ts` exports as `config`; the YAML and JSON files hold the same. */
export interface SchemasConfigInput {
  readonly version: 1
  /** Patterns of schema files, relative to the working directory. @defaultValue `['schemas/**\/*.avsc']` */
  readonly schemas?: readonly string[]
  /** What to compare with, as `--against` takes it. @defaultValue git's target branch */
  readonly against?: string | readonly string[]
  /** The level of subjects without one of their own. @defaultValue `'BACKWARD'` */
  readonly mode?: CompatibilityMode
  readonly subjects?: {
    /**
     * How a file gets its subjects: `record` is the full name, `topic` is `<topic>-value`, `topic-record` is
     * `<topic>-<full name>`, `file` is the path without ending. @defaultValue `'record'`
     */
    readonly strategy?: 'topic' | 'record' | 'topic-record' | 'file'
    /** Exceptions by file; the first that matches counts. */
    readonly overrides?: readonly {
      /** A file or a pattern. */
      readonly match: string
      /** One or several; `{name}`, `{fullName}` and `{file}` stand for those of the schema. */
      readonly subject?: string | readonly string[]
      readonly mode?: CompatibilityMode
    }[]
  }
  /**
   * The files whose events a topic carries, as patterns, for the strategies `topic` and `topic-record`. Over it goes
   * an override, after it comes the property `x-topic` of a schema, then the name of its file.
   */
  readonly topics?: Readonly<Record<string, string | readonly string[]>>
  /** Folder of the committed versions. @defaultValue `{ dir: 'schemas/.history' }` */
  readonly history?: { readonly dir: string }
  /**
   * What findings of a rule count as. Those that registries refuse are errors whatever stands here; `headwater schemas
   * explain` lists the rules.
   */
  readonly rules?: Readonly<
    Partial<Record<Exclude<RuleId, RegistryRuleId>, RuleLevel> & Record<RegistryRuleId, 'error'>>
  >
  /** The registry; `${NAME}` in the address stands for a variable of the environment. */
  readonly registry?: { readonly url: string }
  /** File with the breaks that were accepted. @defaultValue `'schemas/.accepted.yaml'` */
  readonly accepted?: string
  /** Whether a schema may go away without a finding. @defaultValue `false` */
  readonly allowDelete?: boolean
  /** Patterns of files whose breaks are reported and never fail. @defaultValue none */
  readonly unstable?: readonly string[]
}

/** What a finding counts as: a break, a warning, or nothing. */
export type RuleLevel = 'error' | 'warning' | 'off'

/** Gives a configuration back as it is; an editor then knows what may stand in it. */
export function defineSchemasConfig(config: SchemasConfigInput): SchemasConfigInput {
  return config
}
