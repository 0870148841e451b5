import { type Command, CommanderError } from 'commander'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ProgramContext } from '../program-context.ts'
import { toPattern } from './find-schema-files.ts'
import { formatProblems } from './format-human.ts'
import { readHistoryFolder } from './history-folder.ts'
import { loadWorkingTree } from './load-working-tree.ts'
import { loadSchemasConfig } from './schemas-config.ts'
import { worstExitCode } from './schemas-exit-code.ts'
import { addSchemasOptions, type SchemasOptions } from './schemas-options.ts'
import { problemKinds, SchemasProblemError, type SchemasProblem } from './schemas-problem.ts'
import { createSubjectRules } from './subject-rules.ts'

interface ListedSchema {
  readonly subject: string
  readonly file: string
  readonly mode: string
  readonly history: number
  readonly references: readonly string[]
}

/** Adds `schemas list`: what the command makes of the files, before anything is compared. */
export function addSchemasList(parent: Command, context: ProgramContext): void {
  const command = parent
    .command('list')
    .description('Show subject, file, level, recorded versions and references of every schema.')
    .argument('[paths...]', 'files, folders or patterns of schemas')
  addSchemasOptions(command)
    .option('--json', 'as JSON')
    .action((paths: readonly string[], options: SchemasOptions & { readonly json?: true }) => {
      const { listed, problems } = listSchemas(resolve(options.cwd), paths, options.config)
      if (options.json === true) context.out(`${JSON.stringify(listed, null, 2)}\n`)
      else for (const schema of listed) context.out(toLine(schema))
      if (problems.length === 0) return
      context.err(formatProblems(problems))
      const exitCode = worstExitCode(problems.map(({ code }) => problemKinds[code]))
      throw new CommanderError(exitCode, 'headwater.schemas', 'the schemas could not all be read')
    })
}

function listSchemas(
  root: string,
  paths: readonly string[],
  configFile: string | undefined,
): { readonly listed: readonly ListedSchema[]; readonly problems: readonly SchemasProblem[] } {
  try {
    const config = loadSchemasConfig(root, configFile)
    const patterns = (paths.length > 0 ? paths : config.schemas).map((pattern) => toPattern(root, pattern))
    const { snapshot, problems } = loadWorkingTree(root, patterns)
    const rules = createSubjectRules(config, undefined)
    const folder = config.history.dir
    const history = existsSync(join(root, folder)) ? readHistoryFolder(root, folder) : undefined
    const listed = [...snapshot.schemas.values()].map(({ file, fullName, references }): ListedSchema => {
      const subject = rules.subjectOf(file, fullName)
      const recorded = history?.subjects.get(subject)?.versions.length ?? 0
      return { subject, file, mode: rules.modeOf(file), history: recorded, references }
    })
    return {
      listed: listed.toSorted((a, b) => (a.file < b.file ? -1 : 1)),
      problems: [...problems, ...(history?.problems ?? [])],
    }
  } catch (thrown) {
    if (!(thrown instanceof SchemasProblemError)) throw thrown
    return { listed: [], problems: thrown.problems }
  }
}

function toLine({ subject, file, mode, history, references }: ListedSchema): string {
  const versions = `${history} ${history === 1 ? 'version' : 'versions'} recorded`
  const uses = references.length === 0 ? '' : `   uses ${references.join(', ')}`
  return `${subject}   ${file}   ${mode}   ${versions}${uses}\n`
}
