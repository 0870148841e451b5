import { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { addConfigCheck } from './config-check.ts'
import { addConfigPrint } from './config-print.ts'
import { addConfigTable } from './config-table.ts'
import type { ProgramContext } from './program-context.ts'
import { addSchemas } from './schemas/add-schemas.ts'
import { addSchemasTypes } from './schemas-types.ts'
import { addUp } from './up.ts'

/**
 * The command `headwater` with all its subcommands. It never ends the process: what a user did wrong, and
 * `--help`, throw commander's `CommanderError`, which carries the exit code; {@link runProgram} takes care of that.
 */
export function createProgram(context: ProgramContext): Command {
  const program = new Command('headwater')
    .description('Embedded Kafka in the foreground, and checks of schemas and settings.')
    .version(version(), '--version')
    .configureOutput({ writeOut: context.out, writeErr: context.err })
    .exitOverride()
    .showSuggestionAfterError()
  const config = program.command('config').description('Look at the settings in the environment.')
  addConfigCheck(config, context)
  addConfigPrint(config, context)
  addConfigTable(config, context)
  addSchemas(program, context)
  addSchemasTypes(program, context)
  addUp(program, context)
  return program
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return (manifest as { version: string }).version
}
