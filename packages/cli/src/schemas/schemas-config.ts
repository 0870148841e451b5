import { compatibilityModes, type CompatibilityMode } from '@headwater/avro'
import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { SchemasProblemError } from './schemas-problem.ts'

const override = z.strictObject({
  match: z.string(),
  subject: z.string().optional(),
  mode: z.enum(compatibilityModes).optional(),
})

const shape = z.strictObject({
  version: z.literal(1),
  schemas: z.array(z.string()).min(1).default(['schemas/**/*.avsc']),
  against: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  mode: z.enum(compatibilityModes).default('BACKWARD'),
  subjects: z
    .strictObject({
      strategy: z.enum(['topic', 'record', 'file']).default('record'),
      overrides: z.array(override).default([]),
    })
    .prefault({}),
  history: z.strictObject({ dir: z.string() }).default({ dir: 'schemas/.history' }),
  accepted: z.string().default('schemas/.accepted.yaml'),
  allowDelete: z.boolean().default(false),
  unstable: z.array(z.string()).default([]),
})

/** The settings of a project's schemas, as `headwater.schemas.yaml` or `.json` writes them. */
export interface SchemasConfig {
  /** Patterns of schema files, relative to the working directory. @defaultValue `['schemas/**\/*.avsc']` */
  readonly schemas: readonly string[]
  /** What to compare with. @defaultValue git's target branch */
  readonly against: readonly string[]
  /** The level of subjects without one of their own. @defaultValue `'BACKWARD'` */
  readonly mode: CompatibilityMode
  readonly subjects: {
    /**
     * How a file gets its subject: `record` is the full name, `topic` is `<file name>-value`, `file` is the path
     * without ending. @defaultValue `'record'`
     */
    readonly strategy: 'topic' | 'record' | 'file'
    /** The first that matches a file counts. */
    readonly overrides: readonly {
      readonly match: string
      readonly subject?: string | undefined
      readonly mode?: CompatibilityMode | undefined
    }[]
  }
  readonly history: { readonly dir: string }
  /** File with the breaks that were accepted. @defaultValue `'schemas/.accepted.yaml'` */
  readonly accepted: string
  /** Whether a schema may go away without a finding. @defaultValue `false` */
  readonly allowDelete: boolean
  /** Patterns of files whose breaks are reported and never fail. @defaultValue none */
  readonly unstable: readonly string[]
}

const names = ['headwater.schemas.yaml', 'headwater.schemas.yml', 'headwater.schemas.json']

/**
 * Reads the configuration, or gives the defaults where there is none.
 *
 * @param path - of the file; when it is not given, the usual names are looked for.
 * @throws SchemasProblemError `config-invalid` with one problem for each mistake.
 */
export function loadSchemasConfig(root: string, path: string | undefined): SchemasConfig {
  const file = path ?? names.find((name) => existsSync(join(root, name)))
  const value = file === undefined ? { version: 1 } : readYaml(root, file, 'config-invalid')
  const parsed = checkShape(shape, value, file ?? 'the defaults', 'config-invalid')
  const against = parsed.against === undefined ? [] : [parsed.against].flat()
  return { ...parsed, against }
}

/** The value of a YAML or JSON file. @throws SchemasProblemError with line and column. */
export function readYaml(root: string, file: string, code: 'config-invalid' | 'accepted-invalid'): unknown {
  const path = isAbsolute(file) ? file : join(root, file)
  if (!existsSync(path)) {
    const message = 'there is no such file'
    throw new SchemasProblemError({
      code,
      file,
      line: undefined,
      column: undefined,
      message,
      fix: 'correct the path',
    })
  }
  const lines = new LineCounter()
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0])
    const message = `not YAML: ${error.message}`
    throw new SchemasProblemError({ code, file, line, column: col, message, fix: 'correct the file there' })
  }
  return document.toJS() as unknown
}

/** A value in the shape that it must have. @throws SchemasProblemError with one problem for each mistake. */
export function checkShape<Shape extends z.ZodType>(
  expected: Shape,
  value: unknown,
  file: string,
  code: 'config-invalid' | 'accepted-invalid',
): z.infer<Shape> {
  const result = expected.safeParse(value)
  if (result.success) return result.data
  const [first, ...more] = result.error.issues.map((issue) => ({
    code,
    file,
    line: undefined,
    column: undefined,
    message: `${issue.path.join('.') || 'the file'}: ${issue.message}`,
    fix: 'correct it; the README of @headwater/cli lists what may stand there',
  }))
  throw new SchemasProblemError(first!, ...more)
}
