import {
  AvroSchemaError,
  generateTypes,
  parseSchema,
  TypesError,
  type LogicalTypeMappings,
} from '@headwater/avro'
import { standardLogicalTypes } from '@headwater/schemas'
import { CommanderError, InvalidArgumentError, Option, type Command } from 'commander'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, posix, resolve, sep } from 'node:path'
import type { ProgramContext } from './program-context.ts'
import { endWithExitCode } from './schemas/end-with-exit-code.ts'
import { toPattern } from './schemas/find-schema-files.ts'
import { formatProblems } from './schemas/format-human.ts'
import { loadWorkingTree } from './schemas/load-working-tree.ts'
import type { LoadedSchema } from './schemas/schema-snapshot.ts'
import { loadSchemasConfig } from './schemas/schemas-config.ts'
import { exitCodes, worstExitCode } from './schemas/schemas-exit-code.ts'
import { addSchemasOptions, type SchemasOptions } from './schemas/schemas-options.ts'
import {
  placelessProblem,
  problemKinds,
  SchemasProblemError,
  type SchemasProblem,
} from './schemas/schemas-problem.ts'
import { selfContainedText } from './schemas/self-contained-text.ts'
import { withinStack } from './schemas/within-stack.ts'

interface TypesOptions extends SchemasOptions {
  readonly out: string
  readonly check?: true
  readonly event: Readonly<Record<string, string>>
  readonly wrapUnions: 'auto' | 'always' | 'never'
  readonly long: 'number' | 'bigint'
  readonly logicalType: LogicalTypeMappings
}

/** Adds `schemas types`: one TypeScript module for all schemas, or with `--check` whether it is what it would be. */
export function addSchemasTypes(program: Command, context: ProgramContext): void {
  const schemas =
    program.commands.find((command) => command.name() === 'schemas') ?? program.command('schemas')
  const command = schemas
    .command('types')
    .description('Write one TypeScript module for all schemas: types, symbols, schemas, payloads by event.')
    .argument('[paths...]', 'files, folders or patterns of schemas')
    .requiredOption('--out <file>', 'the module to write')
    .option('--check', 'write nothing; exit code 1 when the module is not what would be written')
  addSchemasOptions(command)
    .option(
      '--event <name=file>',
      'the event that a schema is the payload of (several times)',
      collectEvent,
      {},
    )
    .addOption(
      new Option('--wrap-unions <how>', "as the codec's option")
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .addOption(
      new Option('--long <type>', 'what the codec gives for a long')
        .choices(['number', 'bigint'])
        .default('number'),
    )
    .option(
      '--logical-type <name=Type[:module]>',
      'what the codec gives for a logical type, such as timestamp-millis=Date; standard for all of standardLogicalTypes (several times)',
      collectLogicalType,
      {},
    )
    .action((paths: readonly string[], options: TypesOptions) =>
      endWithExitCode(context, () => runTypes(command, paths, options, context)),
    )
}

function runTypes(
  command: Command,
  paths: readonly string[],
  options: TypesOptions,
  context: ProgramContext,
): void {
  const root = resolve(options.cwd)
  const { text, count } = generate(root, paths, options, context)
  const path = resolve(root, options.out)
  const before = readIfThere(command, options.out, path)
  // A checkout may have changed the line ends; nothing else counts as the same.
  if (before?.replaceAll('\r\n', '\n') === text) {
    context.out(`${options.out} is up to date (${count} ${count === 1 ? 'schema' : 'schemas'}).\n`)
    return
  }
  if (options.check === true) {
    const what = before === undefined ? 'does not exist' : 'is not what the schemas give'
    context.err(`${options.out} ${what}: run the command without --check, and commit the file\n`)
    throw new CommanderError(exitCodes.breaking, 'headwater.schemas', 'the types are not up to date')
  }
  write(command, options.out, path, text)
  context.out(`${options.out} written (${count} ${count === 1 ? 'schema' : 'schemas'}).\n`)
}

function generate(
  root: string,
  paths: readonly string[],
  options: TypesOptions,
  context: ProgramContext,
): { readonly text: string; readonly count: number } {
  try {
    const wanted = paths.length > 0 ? paths : loadSchemasConfig(root, options.config).schemas
    const { snapshot, problems } = loadWorkingTree(
      root,
      wanted.map((pattern) => toPattern(root, pattern)),
    )
    const [first, ...more] = [...problems, ...unknownEventFiles(options.event, snapshot.files)]
    if (first !== undefined) throw new SchemasProblemError(first, ...more)
    const sources = [...snapshot.schemas.values()].map(({ file, parsed }) => ({
      name: file,
      text: parsed.text,
      event: options.event[file],
    }))
    const { wrapUnions, long, logicalType: logicalTypes } = options
    try {
      return { text: generateTypes(sources, { wrapUnions, long, logicalTypes }), count: sources.length }
    } catch (thrown) {
      assertWritable(snapshot.schemas.values())
      throw thrown
    }
  } catch (thrown) {
    const problems = toProblems(thrown)
    context.err(formatProblems(problems))
    const exitCode = worstExitCode(problems.map(({ code }) => problemKinds[code]))
    throw new CommanderError(exitCode, 'headwater.schemas', 'no types could be generated')
  }
}

/** Every type is written out in its schema, and read again; the first whose chain is too long for that is at fault. */
function assertWritable(schemas: Iterable<LoadedSchema>): void {
  const isNestedTooDeep = (thrown: unknown): boolean => thrown instanceof AvroSchemaError
  for (const { file, parsed } of schemas)
    withinStack(file, () => void parseSchema(selfContainedText(parsed)), isNestedTooDeep)
}

function toProblems(thrown: unknown): readonly SchemasProblem[] {
  if (thrown instanceof SchemasProblemError) return thrown.problems
  if (!(thrown instanceof TypesError)) throw thrown
  if (thrown.code === 'TYPES_OPTION_INVALID') {
    return [placelessProblem('config-invalid', thrown.message, 'correct the option')]
  }
  return thrown.problems.map(({ source, error: { line, column, reason } }) => {
    const fix = 'correct the schema there'
    return { code: 'schema-invalid', file: source, line, column, message: reason, fix }
  })
}

function unknownEventFiles(events: TypesOptions['event'], files: ReadonlySet<string>): SchemasProblem[] {
  return Object.keys(events)
    .filter((file) => !files.has(file))
    .map((file) => {
      const message = `--event names ${file}, which is none of the schemas`
      return placelessProblem('config-invalid', message, 'give its path as the command finds it')
    })
}

function collectEvent(text: string, before: TypesOptions['event']): TypesOptions['event'] {
  const [, name, file] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (name === undefined || file === undefined) throw new InvalidArgumentError('Write <event>=<schema file>.')
  const path = posix.normalize(file.split(sep).join('/'))
  if (Object.hasOwn(before, path)) throw new InvalidArgumentError(`${path} has an event already.`)
  return { ...before, [path]: name }
}

function collectLogicalType(text: string, before: LogicalTypeMappings): LogicalTypeMappings {
  if (text === 'standard') return { ...before, ...standardLogicalTypes }
  const [, name, type, from] = /^([^=]+)=([^:]+)(?::(.+))?$/.exec(text) ?? []
  if (name === undefined || type === undefined) {
    throw new InvalidArgumentError(
      'Write <logical type>=<type>, <logical type>=<type>:<module>, or standard.',
    )
  }
  return { ...before, [name]: { type, from } }
}

function readIfThere(command: Command, file: string, path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    return command.error(`error: cannot read ${file} (${code}); --out is the path of a module`)
  }
}

function write(command: Command, file: string, path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    command.error(`error: cannot write ${file} (${code}); --out is the path of a module`)
  }
}
