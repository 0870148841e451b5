import type { Command } from 'commander'
import { resolve } from 'node:path'
import type { ProgramContext } from '../program-context.ts'
import { endWithExitCode, failWith } from './end-with-exit-code.ts'
import { findSubjectProblems } from './find-subject-problems.ts'
import { toPattern } from './find-schema-files.ts'
import { readHistoryFolder } from './history-folder.ts'
import { loadWorkingTree } from './load-working-tree.ts'
import { onOneLine } from './on-one-line.ts'
import { readRecordedVersion } from './read-recorded-version.ts'
import { recordHistory } from './record-history.ts'
import { loadSchemasConfig } from './schemas-config.ts'
import { addSchemasOptions, type SchemasOptions } from './schemas-options.ts'
import { SchemasProblemError, type SchemasProblem } from './schemas-problem.ts'
import { createSubjectRules } from './subject-rules.ts'

/** Adds `schemas history record` and `schemas history verify`. */
export function addSchemasHistory(parent: Command, context: ProgramContext): void {
  const history = parent.command('history').description('Keep released versions in the repository.')
  const record = history
    .command('record')
    .description('Add the schemas that differ from their last recorded version.')
    .argument('[paths...]', 'files, folders or patterns of schemas')
  addSchemasOptions(record).action((paths: readonly string[], options: SchemasOptions) =>
    endWithExitCode(context, () => runRecord(paths, options, context)),
  )
  const verify = history
    .command('verify')
    .description('Fail when a recorded version was changed, removed or cannot be read.')
  addSchemasOptions(verify).action((options: SchemasOptions) =>
    endWithExitCode(context, () => runVerify(options, context)),
  )
}

function runRecord(
  paths: readonly string[],
  { cwd, config: file }: SchemasOptions,
  context: ProgramContext,
): void {
  const root = resolve(cwd)
  const config = loadSchemasConfig(root, file)
  const patterns = (paths.length > 0 ? paths : config.schemas).map((pattern) => toPattern(root, pattern))
  const { snapshot, problems } = loadWorkingTree(root, patterns)
  const rules = createSubjectRules(config)
  const schemas = [...snapshot.schemas.values()].toSorted((a, b) => (a.file < b.file ? -1 : 1))
  failWith(context, [...problems, ...findSubjectProblems(schemas, rules)])
  const subjects = schemas.flatMap((schema) =>
    rules.subjectsOf(schema).map((subject) => ({ subject, schema })),
  )
  const recorded = recordHistory(root, config.history.dir, subjects)
  for (const { subject, file: path } of recorded) {
    context.out(`recorded ${onOneLine(subject)} in ${onOneLine(path)}\n`)
  }
  context.out(`${recorded.length} of ${subjects.length} recorded, the others are as they were\n`)
}

function runVerify({ cwd, config: file }: SchemasOptions, context: ProgramContext): void {
  const root = resolve(cwd)
  const folder = loadSchemasConfig(root, file).history.dir
  const { subjects, problems } = readHistoryFolder(root, folder)
  const versions = [...subjects.values()].flatMap((subject) => subject.versions)
  const damaged = new Set(problems.map((problem) => problem.file))
  const unreadable = versions
    .filter((v) => !damaged.has(v.file))
    .flatMap((v) => readingProblems(root, v.file))
  failWith(context, [...problems, ...unreadable])
  context.out(`${versions.length} recorded versions of ${subjects.size} subjects are as they were recorded\n`)
}

function readingProblems(root: string, file: string): readonly SchemasProblem[] {
  try {
    readRecordedVersion(root, file)
    return []
  } catch (thrown) {
    if (thrown instanceof SchemasProblemError) return thrown.problems
    throw thrown
  }
}
