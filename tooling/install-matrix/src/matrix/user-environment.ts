import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What a child needs of this process. Nothing that configures npm, pnpm, yarn or Node is passed on. */
const kept = ['PATH', 'TMPDIR', 'LANG', 'LC_ALL', 'SystemRoot']

/**
 * The environment of somebody with a new computer: a home folder of his own, no settings of any package manager, the
 * given Node first in PATH.
 */
export function createUserEnvironment(home: string, node: string): NodeJS.ProcessEnv {
  mkdirSync(home, { recursive: true })
  const userConfig = join(home, '.npmrc')
  writeFileSync(userConfig, '')
  const env = Object.fromEntries(kept.flatMap((name) => toEntry(name, process.env[name])))
  return {
    ...env,
    PATH: `${dirname(node)}:${env['PATH'] ?? ''}`,
    HOME: home,
    USERPROFILE: home,
    CI: 'true',
    NO_PROXY: '127.0.0.1',
    NO_UPDATE_NOTIFIER: '1',
    npm_config_userconfig: userConfig,
    npm_config_update_notifier: 'false',
    // Its own version is the one that is asked for.
    COREPACK_ENABLE_STRICT: '0',
    NO_COLOR: '1',
  }
}

const toEntry = (name: string, value: string | undefined): readonly (readonly [string, string])[] =>
  value === undefined ? [] : [[name, value]]
