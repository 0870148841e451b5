import { compatibilityModes, registryRuleIds, type CompatibilityMode } from '@headwater/avro'
import type { ConfigSource } from '@headwater/config'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { assertPatternsMatch, type PlacedPattern } from './assert-patterns-match.ts'
import type { RuleLevel } from './define-schemas-config.ts'
import { nearestName } from './nearest-name.ts'
import { checkShape, readPlacedValue, type PlacedValue } from './placed-value.ts'
import { readConfigModule } from './read-config-module.ts'
import { isRuleId, ruleIds, type RuleId } from './rule-ids.ts'
import { placelessProblem, SchemasProblemError } from './schemas-problem.ts'

const oneOrMore = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])

const override = z.strictObject({
  match: z.string(),
  subject: oneOrMore.optional(),
  mode: z.enum(compatibilityModes).optional(),
})

const registryRules: ReadonlySet<string> = new Set(registryRuleIds)

const rules = z.record(z.string(), z.enum(['error', 'warning', 'off'])).superRefine((value, context) => {
  for (const [name, level] of Object.entries(value)) {
    if (registryRules.has(name) && level !== 'error') {
      const message =
        'registries refuse it whatever stands here: accept the finding, or make the schema unstable'
      context.addIssue({ code: 'custom', path: [name], message })
    }
    if (isRuleId(name)) continue
    const meant = nearestName(name, ruleIds)
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`
    context.addIssue({ code: 'custom', path: [name], message: `there is no such rule${hint}` })
  }
})

const shape = z
  .strictObject({
    version: z.literal(1),
    schemas: z.array(z.string()).min(1).default(['schemas/**/*.avsc']),
    against: oneOrMore.optional(),
    mode: z.enum(compatibilityModes).optional(),
    subjects: z
      .strictObject({
        strategy: z.enum(['topic', 'record', 'topic-record', 'file']).default('record'),
        overrides: z.array(override).default([]),
      })
      .prefault({}),
    topics: z.record(z.string().min(1), oneOrMore).default({}),
    history: z.strictObject({ dir: z.string() }).default({ dir: 'schemas/.history' }),
    rules: rules.default({}),
    registry: z.strictObject({ url: z.string().min(1) }).optional(),
    accepted: z.string().default('schemas/.accepted.yaml'),
    allowDelete: z.boolean().default(false),
    unstable: z.array(z.string()).default([]),
  })
  .superRefine(({ topics, subjects }, context) => {
    if (Object.keys(topics).length === 0 || subjects.strategy.startsWith('topic')) return
    const message = `subjects.strategy ${subjects.strategy} takes no topics: say topic or topic-record`
    context.addIssue({ code: 'custom', path: ['topics'], message })
  })

/** The settings of a project's schemas with all defaults; `SchemasConfigInput` says what each is. */
export interface SchemasConfig {
  readonly schemas: readonly string[]
  /** Empty for git's target branch. */
  readonly against: readonly string[]
  /** `undefined` for `BACKWARD`, or for what a registry says. */
  readonly mode?: CompatibilityMode | undefined
  readonly subjects: {
    readonly strategy: 'topic' | 'record' | 'topic-record' | 'file'
    readonly overrides: readonly {
      readonly match: string
      readonly subject?: string | readonly string[] | undefined
      readonly mode?: CompatibilityMode | undefined
    }[]
  }
  /** Patterns of files by topic. */
  readonly topics: Readonly<Record<string, readonly string[]>>
  readonly history: { readonly dir: string }
  readonly rules: Readonly<Partial<Record<RuleId, RuleLevel>>>
  /**
   * The address of the registry with its variables filled in; `undefined` where the configuration has none.
   *
   * @throws SchemasProblemError `config-invalid` when the environment lacks a variable. A check that needs no registry
   * does not ask, and so does not fail.
   */
  registryUrl(env: ConfigSource): string | undefined
  readonly accepted: string
  readonly allowDelete: boolean
  readonly unstable: readonly string[]
}

const names = ['yaml', 'yml', 'json', 'ts'].map((ending) => `headwater.schemas.${ending}`)

/**
 * Reads the configuration, or gives the defaults where there is none.
 *
 * @param path - of the file; when it is not given, the usual names are looked for.
 * @throws SchemasProblemError `config-invalid` with one problem for each mistake.
 */
export function loadSchemasConfig(root: string, path: string | undefined): SchemasConfig {
  const file = path ?? onlyConfigFile(root)
  const placed = file === undefined ? defaults : readConfig(root, file)
  const { registry, ...parsed } = checkShape(shape, placed, 'config-invalid')
  assertPatternsMatch(root, patternsOf(parsed), placed)
  return {
    ...parsed,
    against: parsed.against === undefined ? [] : [parsed.against].flat(),
    topics: Object.fromEntries(
      Object.entries(parsed.topics).map(([topic, files]) => [topic, [files].flat()]),
    ),
    rules: parsed.rules as SchemasConfig['rules'],
    registryUrl: (env) => (registry === undefined ? undefined : expandVariables(registry.url, env, placed)),
  }
}

function patternsOf({ subjects, topics }: z.infer<typeof shape>): readonly PlacedPattern[] {
  return [
    ...subjects.overrides.map(({ match }, at) => ({
      pattern: match,
      path: ['subjects', 'overrides', at, 'match'],
    })),
    ...Object.entries(topics).flatMap(([topic, files]) =>
      [files].flat().map((pattern) => ({ pattern, path: ['topics', topic] })),
    ),
  ]
}

const defaults: PlacedValue = { file: 'the defaults', value: { version: 1 }, placeOf: () => undefined }

/** Two files could contradict each other, and nobody would see which one counts. */
function onlyConfigFile(root: string): string | undefined {
  const [file, other] = names.filter((name) => existsSync(join(root, name)))
  if (other === undefined) return file
  const message = `there are two configurations, ${file} and ${other}`
  throw new SchemasProblemError(
    placelessProblem('config-invalid', message, 'remove one, or name it: --config'),
  )
}

function readConfig(root: string, file: string): PlacedValue {
  return file.endsWith('.ts') ? readConfigModule(root, file) : readPlacedValue(root, file, 'config-invalid')
}

function expandVariables(text: string, env: ConfigSource, { file, placeOf }: PlacedValue): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = env[name]
    if (typeof value === 'string' && value !== '') return value
    const place = placeOf(['registry', 'url'])
    throw new SchemasProblemError({
      code: 'config-invalid',
      file,
      line: place?.line,
      column: place?.column,
      message: `registry.url: the environment has no ${name}`,
      fix: `set ${name}, or write the address itself`,
    })
  })
}
