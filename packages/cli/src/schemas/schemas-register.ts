import { CommanderError, Option, type Command } from 'commander'
import { resolve } from 'node:path'
import type { ProgramContext } from '../program-context.ts'
import { addReachOptions, type BaselineOptions } from './baseline-options.ts'
import { endWithExitCode } from './end-with-exit-code.ts'
import type { Registration } from './format-registration.ts'
import { addSchemasOptions, type SchemasOptions } from './schemas-options.ts'
import { SchemasProblemError } from './schemas-problem.ts'

interface RegisterOptions extends SchemasOptions, Pick<BaselineOptions, 'timeout' | 'registryAuthEnv'> {
  readonly registry?: string
  readonly apply?: true
  readonly acceptedFile?: string
  readonly format: 'human' | 'json'
}

/** Adds `schemas register`: says what a registry lacks, and with `--apply` registers it. */
export function addSchemasRegister(parent: Command, context: ProgramContext): void {
  const command = parent
    .command('register')
    .description('Check the schemas against a registry, say what it lacks, and with --apply register that.')
    .argument('[paths...]', 'files, folders or patterns of schemas')
  addReachOptions(addSchemasOptions(command))
    .option('--registry <url>', "address of the registry; default: the configuration's")
    .option('--apply', 'register; without it nothing is changed')
    .option('--accepted-file <file>', 'file with the breaks that were accepted')
    .addOption(
      new Option('--format <format>', 'form of the output').choices(['human', 'json']).default('human'),
    )
    .action((paths: readonly string[], options: RegisterOptions) =>
      endWithExitCode(context, () => runRegister(paths, options, context)),
    )
}

async function runRegister(
  patterns: readonly string[],
  { cwd, config: configFile, format, apply, ...options }: RegisterOptions,
  context: ProgramContext,
): Promise<void> {
  // Loaded on demand: only this command needs the client and what it brings along.
  const { registerSchemas, toFailedRegistration } = await import('./register-schemas.ts')
  const { formatRegistrationHuman, formatRegistrationJson } = await import('./format-registration.ts')
  const registering = registerSchemas({
    ...options,
    root: resolve(cwd),
    env: context.env,
    patterns,
    configFile,
    apply: apply === true,
    today: new Date().toISOString().slice(0, 10),
  })
  const registration: Registration = await registering.catch((thrown: unknown) => {
    if (format !== 'json' || !(thrown instanceof SchemasProblemError)) throw thrown
    return toFailedRegistration(thrown, apply === true)
  })
  context.out((format === 'json' ? formatRegistrationJson : formatRegistrationHuman)(registration))
  const { exitCode } = registration
  if (exitCode !== 0) throw new CommanderError(exitCode, 'headwater.schemas', 'not everything is registered')
}
