import { type Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { ProgramContext } from '../program-context.ts'
import { wholeNumber } from '../whole-number.ts'
import { checkSchemas } from './check-schemas.ts'
import { addComparisonOptions, toCheckOptions, type ComparisonOptions } from './comparison-options.ts'
import { endWithExitCode } from './end-with-exit-code.ts'
import { limitFindings } from './limit-findings.ts'
import { paintReport, wantsColour } from './paint-report.ts'
import { parseFormatTarget, reportFormats, type FormatTarget, type ReportFormat } from './report-format.ts'
import { fileProblem } from './placed-value.ts'
import type { Report } from './report.ts'
import { withRepositoryPaths } from './repository-paths.ts'
import { writeTextFile } from './write-text-file.ts'

interface CheckOptions extends ComparisonOptions {
  readonly allFiles?: true
  readonly failOn: 'break' | 'warning' | 'none'
  readonly format: readonly FormatTarget[]
  readonly output?: string
  readonly summary?: true
  readonly maxFindings?: number
  readonly color: boolean
  readonly quiet?: true
}

/** Adds `schemas check`: compares the working tree with a baseline; the exit code says how it went. */
export function addSchemasCheck(parent: Command, context: ProgramContext): void {
  const command = parent
    .command('check', { isDefault: true })
    .description('Fail when a schema of the working tree would break a consumer.')
    .argument('[paths...]', 'files, folders or patterns of schemas')
  addComparisonOptions(command)
    .option('--all-files', 'compare unchanged schemas, too')
    .addOption(
      new Option('--fail-on <severity>', 'what ends with 1')
        .choices(['break', 'warning', 'none'])
        .default('break'),
    )
    .option(
      '--format <format>',
      `${Object.keys(reportFormats).join(', ')}; with =<file> into a file (several times)`,
      appendFormat,
      [],
    )
    .option('--output <file>', 'where forms go that name no file of their own, instead of standard output')
    .option('--summary', "append Markdown to the job's summary (GITHUB_STEP_SUMMARY)")
    .option(
      '--max-findings <count>',
      'findings to write at most, breaks first; all count',
      wholeNumber(0, 99_999),
    )
    .option('--no-color', 'no colours; there are none anyway unless the output is a terminal')
    .option('--quiet', 'write nothing to standard output unless the check fails')
    .action((patterns: readonly string[], options: CheckOptions) =>
      endWithExitCode(context, () => runCheck(patterns, options, context)),
    )
}

async function runCheck(
  patterns: readonly string[],
  options: CheckOptions,
  context: ProgramContext,
): Promise<void> {
  const { allFiles, failOn, maxFindings = Infinity } = options
  const targets = targetsOf(options)
  const check = { ...toCheckOptions(patterns, options, context), allFiles: allFiles === true, failOn }
  const full = await checkSchemas(check)
  const { report, omitted } = limitFindings(full, maxFindings)
  const { exitCode } = report.summary
  const isSilent = options.quiet === true && exitCode === 0
  for (const { format, file } of targets) {
    // What a test case does not have has passed.
    const told = format === 'junit' ? full : report
    const text = reportFormats[format](byFile.has(format) ? withRepositoryPaths(check.root, told) : told)
    if (file !== undefined) writeTextFile(check.root, file, text)
    else if (!isSilent) context.out(paint(format, text, options, context))
  }
  if (options.summary === true) appendSummary(check.root, report, context)
  if (omitted > 0) {
    context.err(
      `${omitted} more findings are not shown (--max-findings ${maxFindings}); the summary counts them\n`,
    )
  }
  if (exitCode !== 0) throw new CommanderError(exitCode, 'headwater.schemas', 'the schemas did not pass')
}

/** The forms whose readers look for the files in the repository. */
const byFile: ReadonlySet<ReportFormat> = new Set(['github', 'sarif', 'gitlab'])

/** @throws SchemasProblemError when two forms would be written over each other. */
function targetsOf({ format, output }: CheckOptions): readonly FormatTarget[] {
  const given: readonly FormatTarget[] = format.length > 0 ? format : [{ format: 'human', file: undefined }]
  const targets = given.map((target) => ({ ...target, file: target.file ?? output }))
  const files = targets.flatMap(({ file }) => file ?? [])
  const twice = files.find((file, at) => files.indexOf(file) !== at)
  if (twice === undefined) return targets
  const message = 'two forms of the report go to this file'
  throw fileProblem('config-invalid', twice, message, 'give each its own: --format <format>=<file>')
}

function paint(
  format: FormatTarget['format'],
  text: string,
  { color }: CheckOptions,
  { isTerminal = false, env }: ProgramContext,
): string {
  return format === 'human' && color && wantsColour(isTerminal, env) ? paintReport(text) : text
}

/** Outside of a job there is no summary, and a command line that was copied from one should run all the same. */
function appendSummary(root: string, report: Report, { env, err }: ProgramContext): void {
  const file = env['GITHUB_STEP_SUMMARY']
  if (typeof file !== 'string' || file === '')
    err('--summary: GITHUB_STEP_SUMMARY is not set, so none is written\n')
  else writeTextFile(root, file, reportFormats.markdown(report), { append: true })
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
