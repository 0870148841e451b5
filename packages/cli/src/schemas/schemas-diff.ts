import { type Command, CommanderError, Option } from 'commander'
import type { ProgramContext } from '../program-context.ts'
import { addComparisonOptions, toCheckOptions, type ComparisonOptions } from './comparison-options.ts'
import { diffSchemas } from './diff-schemas.ts'
import { endWithExitCode } from './end-with-exit-code.ts'
import { diffFormats, type DiffFormat } from './format-diff.ts'
import { paintReport, wantsColour } from './paint-report.ts'
import { writeTextFile } from './write-text-file.ts'

interface DiffOptions extends ComparisonOptions {
  readonly format: DiffFormat
  readonly output?: string
  readonly color: boolean
}

/** Adds `schemas diff`: what check would say and all other changes; no finding makes it fail. */
export function addSchemasDiff(parent: Command, context: ProgramContext): void {
  const command = parent
    .command('diff')
    .description('Show what changed, the harmless changes, too; fails only where nothing can be compared.')
    .argument('[paths...]', 'files, folders or patterns of schemas')
  addComparisonOptions(command)
    .addOption(
      new Option('--format <format>', 'form of the output')
        .choices(Object.keys(diffFormats))
        .default('human'),
    )
    .option('--output <file>', 'where it goes, instead of standard output')
    .option('--no-color', 'no colours; there are none anyway unless the output is a terminal')
    .action((patterns: readonly string[], options: DiffOptions) =>
      endWithExitCode(context, () => runDiff(patterns, options, context)),
    )
}

async function runDiff(
  patterns: readonly string[],
  options: DiffOptions,
  context: ProgramContext,
): Promise<void> {
  const check = toCheckOptions(patterns, options, context)
  const report = await diffSchemas(check)
  const text = diffFormats[options.format](report)
  const { isTerminal = false, env, out } = context
  const inColour = options.format === 'human' && options.color && wantsColour(isTerminal, env)
  if (options.output !== undefined) writeTextFile(check.root, options.output, text)
  else out(inColour ? paintReport(text) : text)
  const { exitCode } = report.summary
  if (exitCode !== 0) throw new CommanderError(exitCode, 'headwater.schemas', 'not everything was compared')
}
