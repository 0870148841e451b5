import { AvroSchemaError, parseSchema, type CompatibilityMode, type ParsedSchema } from '@headwater/avro'
import type { Registry, SchemaVersion } from '@headwater/schemas'
import type { Baseline, EarlierVersion } from './baseline.ts'
import { connectRegistry, type ConnectRegistryOptions } from './connect-registry.ts'
import { selfContainedText } from './self-contained-text.ts'
import { askServerVerdicts } from './server-verdict.ts'
import { readRegistrySubjects, type RegistrySubject } from './registry-subjects.ts'
import { placelessProblem, type SchemasProblem } from './schemas-problem.ts'
import type { LoadedSchema, SchemaSnapshot } from './schema-snapshot.ts'
import type { SubjectRules } from './subject-rules.ts'

/** What a registry baseline is made of. */
export interface RegistryBaselineOptions extends ConnectRegistryOptions {
  readonly working: SchemaSnapshot
  readonly rules: SubjectRules
  readonly serverVerdict?: true | undefined
}

/**
 * Every version that a registry has of the working tree's subjects, each with the references that are pinned in it,
 * for a check on this computer. Soft-deleted versions are left out, as registries do; a subject that is not there is a
 * new one. The level is the registry's, unless the configuration or the command line states another.
 *
 * @throws SchemasProblemError when the registry cannot be asked.
 */
export async function createRegistryBaseline(options: RegistryBaselineOptions): Promise<Baseline> {
  const registry = connectRegistry(options)
  const { working, rules } = options
  const schemas = [...working.schemas.values()].flatMap((schema) =>
    rules.subjectsOf(schema).map((subject) => ({ subject, schema })),
  )
  const unstated = new Set(
    schemas
      .filter(({ schema }) => rules.statedModeOf(schema.file) === undefined)
      .map(({ subject }) => subject),
  )
  const subjects = await readRegistrySubjects(
    registry,
    schemas.map(({ subject }) => subject),
    (subject) => options.serverVerdict === true || unstated.has(subject),
  )
  const reader = createVersionReader(registry)
  const modeOf = (schema: LoadedSchema, subject: string): CompatibilityMode =>
    rules.statedModeOf(schema.file) ?? subjects.get(subject)!.level!.level
  const isUnchanged = (schema: LoadedSchema, subject: string): boolean => {
    const latest = subjects.get(subject)?.versions.at(-1)
    const parsed = latest === undefined ? undefined : reader.read(latest)
    return parsed !== undefined && selfContainedText(parsed) === selfContainedText(schema.parsed)
  }
  const failures: SchemasProblem[] = []
  const verdicts =
    options.serverVerdict === true
      ? await askServerVerdicts(
          registry,
          schemas.flatMap(({ subject, schema }) => {
            const { versions, level } = subjects.get(subject)!
            const previous = versions.map((version) => reader.read(version))
            const readable = previous.filter((parsed) => parsed !== undefined)
            const asked =
              versions.length > 0 && readable.length === versions.length && !isUnchanged(schema, subject)
            return asked ? [{ subject, schema, level: level!.level, previous: readable, versions }] : []
          }),
          failures,
        )
      : new Map<string, never>()
  return {
    kind: 'registry',
    ref: registry.url,
    commit: undefined,
    label: `registry ${registry.url}`,
    problems: [...unstated].flatMap((subject) => levelProblems(subject, subjects.get(subject)!)),
    failures,
    modeOf,
    remarksOn: (subject) => verdicts.get(subject) ?? [],
    versionsOf(schema, subject) {
      const { versions } = subjects.get(subject)!
      const mode = modeOf(schema, subject)
      return versions.flatMap((version, at): EarlierVersion[] => {
        const parsed = reader.read(version)
        if (parsed !== undefined) return [toEarlier(registry, version, parsed)]
        const isNeeded = mode.endsWith('_TRANSITIVE') || (mode !== 'NONE' && at === versions.length - 1)
        if (isNeeded) failures.push(unreadable(version, reader.reasonOf(version), mode))
        return []
      })
    },
    isUnchanged,
    // A registry serves many projects: what this one does not have may be another's.
    lostSubjects: () => [],
  }
}

interface VersionReader {
  /** `undefined` when it is no Avro that can be read. */
  readonly read: (version: SchemaVersion) => ParsedSchema | undefined
  readonly reasonOf: (version: SchemaVersion) => string
}

/** Parses when asked for, so that not all versions of all subjects are in memory at a time. */
function createVersionReader(registry: Registry): VersionReader {
  const attempt = (version: SchemaVersion): ParsedSchema | string => {
    if (version.schemaType !== 'AVRO') return `its type is ${version.schemaType}`
    try {
      const references: ParsedSchema[] = []
      for (const text of version.dependencies) references.push(parseSchema(text, { references }))
      return parseSchema(version.schema, { references })
    } catch (thrown) {
      if (thrown instanceof AvroSchemaError) return thrown.reason
      throw thrown
    }
  }
  return {
    read(version) {
      const parsed = attempt(version)
      return typeof parsed === 'string' ? undefined : parsed
    },
    reasonOf(version) {
      const reason = attempt(version)
      return typeof reason === 'string' ? reason : registry.url
    },
  }
}

function toEarlier(registry: Registry, version: SchemaVersion, parsed: ParsedSchema): EarlierVersion {
  const place = (subject: string, number: number): string =>
    `${registry.url}/subjects/${encodeURIComponent(subject)}/versions/${number}`
  return {
    label: `v${version.version}`,
    file: place(version.subject, version.version),
    parsed,
    fileOf(fullName) {
      const reference = version.references.find(({ name }) => name === fullName)
      return reference === undefined ? undefined : place(reference.subject, reference.version)
    },
  }
}

function unreadable({ subject, version }: SchemaVersion, reason: string, mode: string): SchemasProblem {
  return placelessProblem(
    'baseline-unreadable',
    `version ${version} of ${subject} cannot be read, and ${mode} compares with it: ${reason}`,
    'soft-delete that version if nobody reads it, or state another level for the subject',
  )
}

/** A level that somebody forgot to set back is worth a word. */
function levelProblems(subject: string, { level, versions }: RegistrySubject): readonly SchemasProblem[] {
  if (level?.level !== 'NONE' || versions.length === 0) return []
  const whose = level.scope === 'subject' ? `of ${subject}` : 'of all subjects'
  return [
    placelessProblem(
      'level-none',
      `the registry's level ${whose} is NONE: ${subject} was compared with nothing`,
      'state a level if that is not meant: mode in headwater.schemas.yaml, or --mode',
    ),
  ]
}
