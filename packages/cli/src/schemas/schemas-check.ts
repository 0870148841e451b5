import { compatibilityModes, type CompatibilityMode } from '@headwater/avro'
import { type Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ProgramContext } from '../program-context.ts'
import { checkSchemas } from './check-schemas.ts'
import { endWithExitCode } from './end-with-exit-code.ts'
import { parseFormatTarget, reportFormats, type FormatTarget } from './report-format.ts'
import { addSchemasOptions, type SchemasOptions } from './schemas-options.ts'
import { SchemasProblemError } from './schemas-problem.ts'

interface CheckOptions extends SchemasOptions {
  readonly against: readonly string[]
  readonly mergeBase: boolean
  readonly mode?: CompatibilityMode
  readonly acceptedFile?: string
  readonly allFiles?: true
  readonly failOn: 'break' | 'warning' | 'none'
  readonly format: readonly FormatTarget[]
}

/** Adds `schemas check`: compares the working tree with a baseline; the exit code says how it went. */
export function addSchemasCheck(parent: Command, context: ProgramContext): void {
  const command = parent
    .command('check', { isDefault: true })
    .description('Fail when a schema of the working tree would break a consumer.')
    .argument('[paths...]', 'files, folders or patterns of schemas')
  addSchemasOptions(command)
    .option(
      '--against <baseline>',
      'what to compare with: git, git:<ref>, history, history:<folder>',
      append,
      [],
    )
    .option('--no-merge-base', 'compare with the ref itself, not with where the branch left it')
    .addOption(new Option('--mode <mode>', 'level of all subjects').choices(compatibilityModes))
    .option('--accepted-file <file>', 'file with the breaks that were accepted')
    .option('--all-files', 'compare unchanged schemas, too')
    .addOption(
      new Option('--fail-on <severity>', 'what ends with 1')
        .choices(['break', 'warning', 'none'])
        .default('break'),
    )
    .option(
      '--format <format>',
      `${Object.keys(reportFormats).join(', ')}; with =<file> into a file (may be given several times)`,
      appendFormat,
      [],
    )
    .action((patterns: readonly string[], options: CheckOptions) =>
      endWithExitCode(context, () => runCheck(patterns, options, context)),
    )
}

async function runCheck(
  patterns: readonly string[],
  { cwd, config, ...options }: CheckOptions,
  context: ProgramContext,
): Promise<void> {
  const root = resolve(cwd)
  const report = await checkSchemas({
    ...options,
    root,
    patterns,
    env: context.env,
    configFile: config,
    mode: options.mode,
    acceptedFile: options.acceptedFile,
    allFiles: options.allFiles === true,
    today: new Date().toISOString().slice(0, 10),
  })
  const targets = options.format.length > 0 ? options.format : [{ format: 'human', file: undefined } as const]
  for (const { format, file } of targets) {
    const text = reportFormats[format](report)
    if (file === undefined) context.out(text)
    else writeReport(root, file, text)
  }
  const { exitCode } = report.summary
  if (exitCode !== 0) throw new CommanderError(exitCode, 'headwater.schemas', 'the schemas did not pass')
}

function writeReport(root: string, file: string, text: string): void {
  try {
    writeFileSync(resolve(root, file), text)
  } catch (thrown) {
    const reason = (thrown as NodeJS.ErrnoException).code ?? String(thrown)
    const [message, fix] = [
      `the report cannot be written (${reason})`,
      'correct the path after --format <format>=',
    ]
    throw new SchemasProblemError({
      code: 'config-invalid',
      file,
      line: undefined,
      column: undefined,
      message,
      fix,
    })
  }
}

function append(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

function appendFormat(value: string, before: readonly FormatTarget[]): readonly FormatTarget[] {
  const target = parseFormatTarget(value)
  if (target === undefined) {
    throw new InvalidArgumentError(
      `Give one of ${Object.keys(reportFormats).join(', ')}, or <format>=<file>.`,
    )
  }
  return [...before, target]
}
