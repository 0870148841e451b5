import { InvalidArgumentError, type Command } from 'commander'

/** How baselines are reached. */
export interface BaselineOptions {
  /** The oldest state of a `git-log` baseline. Default: the first commit. */
  readonly since?: string | undefined
  /** Whether to fetch a base that is missing. */
  readonly fetch?: true | undefined
  /** Milliseconds for one run of git or one call to a registry. @defaultValue 120000 for git, 10000 for a registry */
  readonly timeout?: number | undefined
  /** Whether the registry is asked, too. */
  readonly serverVerdict?: true | undefined
  /** Name of the variable that holds `user:password` or a token for the registry. */
  readonly registryAuthEnv?: string | undefined
}

/** Adds the options of baselines. */
export function addBaselineOptions(command: Command): Command {
  return addReachOptions(
    command
      .option('--since <ref>', 'how far git-log goes back: a tag or commit; default: the first commit')
      .option('--fetch', 'fetch the base when it is missing, or the clone is shallow')
      .option('--server-verdict', 'ask the registry, too; a disagreement is a finding'),
  )
}

/** Adds what every command needs that talks to a registry. */
export function addReachOptions(command: Command): Command {
  return command
    .option(
      '--timeout <ms>',
      'for one run of git or one call to a registry; default: 120000 for git, 10000 for a registry',
      toMilliseconds,
    )
    .option('--registry-auth-env <name>', 'variable that holds user:password or a token for the registry')
}

function toMilliseconds(text: string): number {
  const value = Number(text)
  // Above this, Node's timers fire at once.
  if (/^\d+$/.test(text) && value > 0 && value < 2 ** 31) return value
  throw new InvalidArgumentError('Give a number of milliseconds, from 1 on.')
}
