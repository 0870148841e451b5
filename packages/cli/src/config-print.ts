import type { Command } from 'commander'
import type { ProgramContext } from './program-context.ts'
import { addSourceOptions, loadFrom, type SourceOptions } from './source-options.ts'

/** Adds `config print`: the settings as a service would see them, as JSON with secrets redacted. */
export function addConfigPrint(parent: Command, context: ProgramContext): void {
  const command = parent.command('print').description('Print the settings as JSON, secrets redacted.')
  addSourceOptions(command).action((options: SourceOptions) => {
    context.out(`${JSON.stringify(loadFrom(command, context.env, options), null, 2)}\n`)
  })
}
