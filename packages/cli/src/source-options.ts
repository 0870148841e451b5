import { loadConfig, profiles, type Config, type ConfigSource, type ProfileName } from '@headwater/config'
import { Option, type Command } from 'commander'
import { parseEnv } from 'node:util'
import { readArgumentFile } from './read-argument-file.ts'

/** What `config check` and `config print` take. */
export interface SourceOptions {
  readonly profile?: ProfileName
  readonly envFile?: string
}

/** Adds the options that say which environment to look at. */
export function addSourceOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--profile <name>', 'profile to apply, whatever HEADWATER_PROFILE says').choices(
        Object.keys(profiles),
      ),
    )
    .option(
      '--env-file <path>',
      'file with NAME=value lines to read below the environment, as node --env-file does',
    )
}

/** Loads the configuration that the options ask for; an unreadable file is a mistake in usage. */
export function loadFrom(command: Command, env: ConfigSource, options: SourceOptions): Config {
  return loadConfig({ ...fileOf(command, options.envFile), ...env }, { profile: options.profile })
}

function fileOf(command: Command, path: string | undefined): ConfigSource {
  return path === undefined ? {} : parseEnv(readArgumentFile(command, path))
}
