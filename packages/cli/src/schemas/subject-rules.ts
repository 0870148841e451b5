import type { CompatibilityMode } from '@headwater/avro'
import { posix } from 'node:path'
import type { SchemasConfig } from './schemas-config.ts'

/** How files get their subjects and levels. */
export interface SubjectRules {
  readonly subjectOf: (file: string, fullName: string | undefined) => string
  readonly modeOf: (file: string) => CompatibilityMode
  readonly isUnstable: (file: string) => boolean
}

/** The rules of a configuration. In a subject, `{name}`, `{fullName}` and `{file}` stand for those of the schema. */
export function createSubjectRules(config: SchemasConfig, mode: CompatibilityMode | undefined): SubjectRules {
  const matches = (file: string, pattern: string): boolean =>
    file === pattern || posix.matchesGlob(file, pattern)
  return {
    subjectOf(file, fullName) {
      const stem = posix.basename(file).replace(/\.[^.]*$/, '')
      const name = fullName ?? stem
      const template = config.subjects.overrides.find(
        ({ match, subject }) => subject !== undefined && matches(file, match),
      )?.subject
      if (template !== undefined) {
        const values: Record<string, string> = {
          name: name.slice(name.lastIndexOf('.') + 1),
          fullName: name,
          file: stem,
        }
        return template.replaceAll(/\{(name|fullName|file)\}/g, (_, key: string) => values[key]!)
      }
      switch (config.subjects.strategy) {
        case 'topic':
          return `${stem}-value`
        case 'file':
          return file.replace(/\.[^./]*$/, '')
        case 'record':
          return name
      }
    },
    modeOf: (file) =>
      mode ??
      config.subjects.overrides.find((rule) => rule.mode !== undefined && matches(file, rule.match))?.mode ??
      config.mode,
    isUnstable: (file) => config.unstable.some((pattern) => matches(file, pattern)),
  }
}
