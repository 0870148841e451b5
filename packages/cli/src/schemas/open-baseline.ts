import type { ConfigSource } from '@headwater/config'
import type { Baseline } from './baseline.ts'
import { isSchemaFile } from './find-schema-files.ts'
import { createGitBaseline } from './git-baseline.ts'
import { createHistoryBaseline } from './history-baseline.ts'
import { createGit } from './run-git.ts'
import type { SchemasConfig } from './schemas-config.ts'
import { placelessProblem, SchemasProblemError } from './schemas-problem.ts'
import type { SchemaSnapshot } from './schema-snapshot.ts'
import type { SubjectRules } from './subject-rules.ts'

/** What a baseline is opened for. */
export interface OpenBaselineOptions {
  readonly root: string
  readonly env: ConfigSource
  readonly mergeBase: boolean
  readonly config: SchemasConfig
  readonly patterns: readonly string[]
  readonly rules: SubjectRules
  readonly working: SchemaSnapshot
}

/**
 * Opens what `--against` names.
 *
 * @throws SchemasProblemError when it names nothing known, or when that is not to be had.
 */
export async function openBaseline(name: string, options: OpenBaselineOptions): Promise<Baseline> {
  const [kind, rest] = name.includes(':')
    ? [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)]
    : [name]
  switch (kind) {
    case 'git':
      return createGitBaseline({
        ...options,
        git: createGit(options.root, options.env),
        ref: rest,
        isSchemaFile: (file) => isSchemaFile(file, options.patterns),
        subjectsOf: options.rules.subjectsOf,
      })
    case 'history':
      return createHistoryBaseline(options.root, rest ?? options.config.history.dir)
    default: {
      const fix = 'say git, git:<ref>, history or history:<folder>'
      throw new SchemasProblemError(placelessProblem('config-invalid', `--against ${name} is not known`, fix))
    }
  }
}
