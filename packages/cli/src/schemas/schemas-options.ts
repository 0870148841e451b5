import type { Command } from 'commander'

/** What all commands on schemas are told. */
export interface SchemasOptions {
  readonly cwd: string
  readonly config?: string
}

/** Adds `--cwd` and `--config`. */
export function addSchemasOptions(command: Command): Command {
  return command
    .option('--cwd <folder>', 'folder to work in', '.')
    .option(
      '--config <file>',
      'configuration; default: headwater.schemas.yaml, .yml or .json where there is one',
    )
}
