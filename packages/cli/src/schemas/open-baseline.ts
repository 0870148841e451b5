import type { ConfigSource } from '@headwater/config'
import { posix } from 'node:path'
import type { Baseline } from './baseline.ts'
import type { BaselineOptions } from './baseline-options.ts'
import { isSchemaFile } from './find-schema-files.ts'
import { createGitBaseline } from './git-baseline.ts'
import { createGitLogBaseline } from './git-log-baseline.ts'
import { createHistoryBaseline } from './history-baseline.ts'
import { createGit } from './run-git.ts'
import type { SchemasConfig } from './schemas-config.ts'
import { placelessProblem, SchemasProblemError } from './schemas-problem.ts'
import type { SchemaSnapshot } from './schema-snapshot.ts'
import type { SubjectRules } from './subject-rules.ts'

/** What a baseline is opened for. */
export interface OpenBaselineOptions extends BaselineOptions {
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
  const { root, env, config, patterns, rules, working, timeout = 120_000 } = options
  const [kind, rest] = splitAtColon(name)
  const gitOptions = {
    ...options,
    git: createGit(root, env, timeout),
    fetch: options.fetch === true,
    isSchemaFile: (file: string) => isSchemaFile(file, patterns),
    subjectsOf: rules.subjectsOf,
  }
  switch (kind) {
    case 'git': {
      // A ref has no colon.
      const [ref, folder] = rest === undefined ? [] : splitAtColon(rest)
      if (!folder) assertInside(working)
      return createGitBaseline({
        ...gitOptions,
        ref,
        folder: folder ? posix.normalize(folder).replace(/(?<=.)\/$/, '') : undefined,
      })
    }
    case 'git-log':
      assertInside(working)
      return createGitLogBaseline({ ...gitOptions, ref: rest, since: options.since })
    case 'history':
      return createHistoryBaseline(root, rest ?? config.history.dir)
    case 'registry':
      return openRegistry(rest, options)
    default: {
      const fix =
        'say git, git:<ref>, git:<ref>:<folder>, git-log, git-log:<ref>, history, history:<folder>, registry or registry:<url>'
      throw new SchemasProblemError(placelessProblem('config-invalid', `--against ${name} is not known`, fix))
    }
  }
}

/** A commit is read below the working directory: what lies beside it would count as new, and never as changed. */
function assertInside({ files }: SchemaSnapshot): void {
  const outside = [...files].filter((file) => file.startsWith('../'))
  const [first] = outside
  if (first === undefined) return
  const others = outside.length > 1 ? ` (and ${outside.length - 1} more)` : ''
  const message = `${first}${others} is not below the working directory, and git is not looked at above it`
  const fix = 'run the command in a folder that holds all schemas (--cwd), with patterns seen from there'
  throw new SchemasProblemError(placelessProblem('config-invalid', message, fix))
}

async function openRegistry(given: string | undefined, options: OpenBaselineOptions): Promise<Baseline> {
  const url = given ?? options.config.registryUrl(options.env)
  if (url === undefined) {
    const fix = 'say registry:<url>, or write registry.url into headwater.schemas.yaml'
    throw new SchemasProblemError(
      placelessProblem('config-invalid', 'there is no address of a registry', fix),
    )
  }
  // Loaded on demand: only this baseline needs the client and what it brings along.
  const { createRegistryBaseline } = await import('./registry-baseline.ts')
  return createRegistryBaseline({ ...options, url })
}

function splitAtColon(text: string): readonly [string, string | undefined] {
  const at = text.indexOf(':')
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
