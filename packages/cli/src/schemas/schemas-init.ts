import { type Command, Option } from 'commander'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ProgramContext } from '../program-context.ts'
import { endWithExitCode } from './end-with-exit-code.ts'
import { findIgnoredFiles } from './find-ignored-files.ts'
import { findSchemaFolders } from './find-schema-folders.ts'
import { githubWorkflow, initialConfig } from './init-files.ts'
import { pathInRepository } from './repository-paths.ts'
import { createGit } from './run-git.ts'
import type { SchemasProblem } from './schemas-problem.ts'
import { SchemasProblemError } from './schemas-problem.ts'
import { writeTextFile } from './write-text-file.ts'

interface InitOptions {
  readonly cwd: string
  readonly ci: 'github' | 'none'
  readonly force?: true
}

/** Adds `schemas init`: a configuration for the schemas that are there, and a job that checks them. */
export function addSchemasInit(parent: Command, context: ProgramContext): void {
  parent
    .command('init')
    .description('Write a configuration and a job for the CI.')
    .option('--cwd <folder>', 'folder to work in', '.')
    .addOption(
      new Option('--ci <system>', 'what the job is for').choices(['github', 'none']).default('github'),
    )
    .option('--force', 'write over files that are there')
    .action((options: InitOptions) => endWithExitCode(context, () => runInit(options, context)))
}

async function runInit({ cwd, ci, force }: InitOptions, { out, env }: ProgramContext): Promise<void> {
  const root = resolve(cwd)
  const git = createGit(root, env, 120_000)
  const { patterns, count } = await findSchemaFolders(root, async (files) => {
    try {
      return await findIgnoredFiles(git, root, files)
    } catch (thrown) {
      // Without git there is nothing that it ignores.
      if (thrown instanceof SchemasProblemError) return []
      throw thrown
    }
  })
  const files: Readonly<Record<string, string>> = {
    'headwater.schemas.yaml': initialConfig(patterns),
    ...(ci === 'github' && { '.github/workflows/schemas.yml': githubWorkflow }),
  }
  // All or nothing: half of it would be neither the old state nor the new one.
  const present = [...Object.keys(files), ...otherConfigs].filter((file) => existsSync(join(root, file)))
  const inTheWay = force === true ? present.filter((file) => files[file] === undefined) : present
  const [first, ...more] = inTheWay.map(toProblem)
  if (first !== undefined) throw new SchemasProblemError(first, ...more)
  for (const [file, text] of Object.entries(files)) {
    writeTextFile(root, file, text, { makeFolder: true })
    out(`wrote ${file}\n`)
  }
  const path = pathInRepository(root)
  if (ci === 'github' && path !== '') {
    out(
      `GitHub runs no workflow of a folder: move .github to the root of the repository, and add --cwd ${path} to its command\n`,
    )
  }
  const found = `${count} ${count === 1 ? 'schema' : 'schemas'} in ${patterns.join(', ')}`
  out(
    count === 0
      ? 'no schemas yet: put them into the folder schemas, or correct the configuration\n'
      : `${found}\n`,
  )
  out('next: headwater schemas list\n')
}

/** A second configuration would be one too many. */
const otherConfigs = ['yml', 'json', 'ts'].map((ending) => `headwater.schemas.${ending}`)

function toProblem(file: string): SchemasProblem {
  const fix = otherConfigs.includes(file)
    ? 'remove it first: a folder has one configuration'
    : 'keep it, or write over it with --force'
  return {
    code: 'config-invalid',
    file,
    line: undefined,
    column: undefined,
    message: 'the file is there already',
    fix,
  }
}
