import { compatibilityModes, type CompatibilityMode } from '@headwater/avro'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { posix, resolve, sep } from 'node:path'
import type { ProgramContext } from '../program-context.ts'
import type { CheckSchemasOptions } from './check-schemas.ts'
import { addBaselineOptions, type BaselineOptions } from './baseline-options.ts'
import { addSchemasOptions, type SchemasOptions } from './schemas-options.ts'

/** What all commands are told that compare the working tree with a baseline. */
export interface ComparisonOptions extends SchemasOptions, BaselineOptions {
  readonly against: readonly string[]
  readonly mergeBase: boolean
  readonly mode?: CompatibilityMode
  readonly subject: ReadonlyMap<string, readonly string[]>
  readonly acceptedFile?: string
}

/** Adds what to compare with, and how. */
export function addComparisonOptions(command: Command): Command {
  return addBaselineOptions(addSchemasOptions(command))
    .option(
      '--against <baseline>',
      'what to compare with: git[:<ref>[:<folder>]], git-log[:<ref>], history[:<folder>], registry[:<url>] (several times)',
      append,
      [],
    )
    .option('--no-merge-base', 'compare with the ref itself, not with where the branch left it')
    .addOption(new Option('--mode <mode>', 'level of all subjects').choices(compatibilityModes))
    .option(
      '--subject <file=subject>',
      'subject of a file, over the configuration (several times)',
      collectSubject,
      new Map<string, readonly string[]>(),
    )
    .option('--accepted-file <file>', 'file with the breaks that were accepted')
}

/** What `checkSchemas` wants to be told, of what was given on the command line. */
export function toCheckOptions(
  patterns: readonly string[],
  { cwd, config, subject, ...options }: ComparisonOptions,
  context: ProgramContext,
): CheckSchemasOptions {
  return {
    ...options,
    root: resolve(cwd),
    env: context.env,
    patterns,
    configFile: config,
    mode: options.mode,
    subjects: subject,
    acceptedFile: options.acceptedFile,
    allFiles: false,
    failOn: 'break',
    today: new Date().toISOString().slice(0, 10),
  }
}

function append(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

function collectSubject(text: string, before: ComparisonOptions['subject']): ComparisonOptions['subject'] {
  const [, file, subject] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (file === undefined || subject === undefined) throw new InvalidArgumentError('Write <file>=<subject>.')
  const path = posix.normalize(file.split(sep).join('/'))
  return new Map([...before, [path, [...(before.get(path) ?? []), subject]]])
}
