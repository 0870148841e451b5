import type { Command } from 'commander'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ProgramContext } from '../program-context.ts'
import { toPattern } from './find-schema-files.ts'
import { findSubjectProblems } from './find-subject-problems.ts'
import { endWithExitCode, failWith } from './end-with-exit-code.ts'
import { readHistoryFolder } from './history-folder.ts'
import { loadWorkingTree } from './load-working-tree.ts'
import { onOneLine } from './on-one-line.ts'
import { loadSchemasConfig } from './schemas-config.ts'
import { addSchemasOptions, type SchemasOptions } from './schemas-options.ts'
import { createSubjectRules } from './subject-rules.ts'

interface ListedSchema {
  readonly subject: string
  readonly file: string
  readonly mode: string
  readonly history: number
  readonly references: readonly string[]
}

interface ListOptions extends SchemasOptions {
  readonly json?: true
}

/** Adds `schemas list`: what the command makes of the files, before anything is compared. */
export function addSchemasList(parent: Command, context: ProgramContext): void {
  const command = parent
    .command('list')
    .description('Show subject, file, level, recorded versions and references of every schema.')
    .argument('[paths...]', 'files, folders or patterns of schemas')
  addSchemasOptions(command)
    .option('--json', 'as JSON')
    .action((paths: readonly string[], options: ListOptions) =>
      endWithExitCode(context, () => runList(paths, options, context)),
    )
}

function runList(paths: readonly string[], options: ListOptions, context: ProgramContext): void {
  const root = resolve(options.cwd)
  const config = loadSchemasConfig(root, options.config)
  const patterns = (paths.length > 0 ? paths : config.schemas).map((pattern) => toPattern(root, pattern))
  const { snapshot, problems } = loadWorkingTree(root, patterns)
  const rules = createSubjectRules(config)
  const folder = config.history.dir
  const history = existsSync(join(root, folder)) ? readHistoryFolder(root, folder) : undefined
  const schemas = [...snapshot.schemas.values()].toSorted((a, b) => (a.file < b.file ? -1 : 1))
  const listed = schemas.flatMap((schema) => {
    const { file, references } = schema
    return rules.subjectsOf(schema).map((subject): ListedSchema => {
      const recorded = history?.subjects.get(subject)?.versions.length ?? 0
      return { subject, file, mode: rules.modeOf(file), history: recorded, references }
    })
  })
  if (options.json === true) context.out(`${JSON.stringify(listed, null, 2)}\n`)
  else for (const schema of listed) context.out(toLine(onOneLine(schema)))
  const shared = findSubjectProblems(schemas, rules)
  failWith(context, [...problems, ...shared, ...(history?.problems ?? [])])
}

function toLine({ subject, file, mode, history, references }: ListedSchema): string {
  const versions = `${history} ${history === 1 ? 'version' : 'versions'} recorded`
  const uses = references.length === 0 ? '' : `   uses ${references.join(', ')}`
  return `${subject}   ${file}   ${mode}   ${versions}${uses}\n`
}
