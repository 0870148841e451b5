import { ConfigError, type ConfigFinding } from '@headwater/config'
import type { Command } from 'commander'
import type { ProgramContext } from './program-context.ts'
import { addSourceOptions, loadFrom, type SourceOptions } from './source-options.ts'

/** Adds `config check`: exit code 0 when a service could start with this environment, 1 when it could not. */
export function addConfigCheck(parent: Command, context: ProgramContext): void {
  const command = parent
    .command('check')
    .description('Check the environment; exit code 1 when something is wrong.')
  addSourceOptions(command).action((options: SourceOptions) => {
    try {
      const config = loadFrom(command, context.env, options)
      for (const warning of config.warnings) context.out(`warning: ${line(warning)}`)
      context.out(
        `The configuration of ${config.service.name} is valid (profile ${config.service.profile}).\n`,
      )
    } catch (thrown) {
      if (!(thrown instanceof ConfigError)) throw thrown
      const problems = thrown.problems.map((problem) => `problem: ${line(problem)}`)
      command.error(`${problems.join('')}The configuration is not valid.`, { exitCode: 1, code: thrown.code })
    }
  })
}

function line({ variable, problem, shape, fix }: ConfigFinding): string {
  return `${variable} ${problem} (${shape}). ${fix}\n`
}
