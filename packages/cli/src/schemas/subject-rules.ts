import type { CompatibilityMode } from '@headwater/avro'
import { posix } from 'node:path'
import type { LoadedSchema } from './schema-snapshot.ts'
import type { SchemasConfig } from './schemas-config.ts'

/** What of a schema decides its subjects. */
type SubjectSource = Pick<LoadedSchema, 'file' | 'fullName' | 'topics'>

/** How files get their subjects and levels. */
export interface SubjectRules {
  /** At least one; several where the events of one schema travel on several topics. */
  readonly subjectsOf: (schema: SubjectSource) => readonly string[]
  /** The level that the command line or the configuration states; `undefined` where both are silent. */
  readonly statedModeOf: (file: string) => CompatibilityMode | undefined
  /** The same, else `BACKWARD`. */
  readonly modeOf: (file: string) => CompatibilityMode
  readonly isUnstable: (file: string) => boolean
}

/** What the command line says over the configuration. */
export interface SubjectOverrides {
  /** The level of all subjects. */
  readonly mode?: CompatibilityMode | undefined
  /** Subjects by file. */
  readonly subjects?: ReadonlyMap<string, readonly string[]> | undefined
}

/** The rules of a configuration. In a subject, `{name}`, `{fullName}` and `{file}` stand for those of the schema. */
export function createSubjectRules(
  config: SchemasConfig,
  { mode, subjects }: SubjectOverrides = {},
): SubjectRules {
  const { strategy, overrides } = config.subjects
  const statedModeOf = (file: string): CompatibilityMode | undefined =>
    mode ??
    overrides.find((rule) => rule.mode !== undefined && matches(file, rule.match))?.mode ??
    config.mode
  return {
    subjectsOf(schema) {
      const { file } = schema
      const stem = posix.basename(file).replace(/\.[^.]*$/, '')
      const name = schema.fullName ?? stem
      const given =
        subjects?.get(file) ??
        overrides.find(({ match, subject }) => subject !== undefined && matches(file, match))?.subject
      if (given !== undefined) {
        const values: Record<string, string> = {
          name: name.slice(name.lastIndexOf('.') + 1),
          fullName: name,
          file: stem,
        }
        const fill = (text: string): string =>
          text.replaceAll(/\{(name|fullName|file)\}/g, (_, key: string) => values[key]!)
        return unique([given].flat().map(fill))
      }
      switch (strategy) {
        case 'topic':
          return topicsOf(config, schema, stem).map((topic) => `${topic}-value`)
        case 'topic-record':
          return topicsOf(config, schema, stem).map((topic) => `${topic}-${name}`)
        case 'file':
          return [file.replace(/\.[^./]*$/, '')]
        case 'record':
          return [name]
      }
    },
    statedModeOf,
    modeOf: (file) => statedModeOf(file) ?? 'BACKWARD',
    isUnstable: (file) => config.unstable.some((pattern) => matches(file, pattern)),
  }
}

/** The topics of the configuration, else those that the schema names, else the name of its file. */
function topicsOf(config: SchemasConfig, { file, topics }: SubjectSource, stem: string): readonly string[] {
  const mapped = Object.entries(config.topics)
    .filter(([, patterns]) => patterns.some((pattern) => matches(file, pattern)))
    .map(([topic]) => topic)
  if (mapped.length > 0) return mapped
  return topics === 'invalid' || topics.length === 0 ? [stem] : topics
}

function matches(file: string, pattern: string): boolean {
  return file === pattern || posix.matchesGlob(file, pattern)
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
