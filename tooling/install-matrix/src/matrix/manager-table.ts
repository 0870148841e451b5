import { join } from 'node:path'
import { requirePeer } from '../install-peers.ts'
import type { Manager } from './dimensions.ts'

/** How one package manager is told what to do. */
export interface ManagerRow {
  /** The peer that holds it, for its version. */
  readonly peer: string
  /** The JavaScript file that a Node runs. */
  readonly program: string
  /** Arguments that install what package.json names. */
  readonly install: (cache: string) => readonly string[]
  /** Files beside package.json. */
  readonly files: (registry: string, cache: string) => Readonly<Record<string, string>>
  /** Whether it installs required peers of a package that the user does not name himself. */
  readonly bringsPeers: boolean
}

/** As long as npm waits by itself; the others give up sooner, which a busy computer may need. */
const fetchTimeoutMs = 300_000

const npmrc = (registry: string): Readonly<Record<string, string>> => ({
  '.npmrc': `registry=${registry}/\n`,
})

const pnpm = (peer: string, program: string): ManagerRow => ({
  peer,
  program,
  install: (cache) => [
    'install',
    '--ignore-workspace',
    '--ignore-scripts',
    '--no-frozen-lockfile',
    `--config.fetch-timeout=${fetchTimeoutMs}`,
    '--store-dir',
    join(cache, `${peer}-store`),
    '--cache-dir',
    join(cache, `${peer}-cache`),
  ],
  files: npmrc,
  bringsPeers: true,
})

/** One row a package manager; all of them work in a cache that the cells of a run share. */
export const managerTable: Readonly<Record<Manager, ManagerRow>> = {
  npm: {
    peer: 'npm',
    program: 'npm/bin/npm-cli.js',
    install: (cache) => [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--cache',
      join(cache, 'npm'),
    ],
    files: npmrc,
    bringsPeers: true,
  },
  'pnpm-10': pnpm('pnpm-10', 'pnpm-10/bin/pnpm.cjs'),
  'pnpm-11': pnpm('pnpm-11', 'pnpm-11/bin/pnpm.mjs'),
  'yarn-1': {
    peer: 'yarn',
    program: 'yarn/bin/yarn.js',
    install: (cache) => [
      'install',
      '--ignore-scripts',
      '--non-interactive',
      '--network-timeout',
      String(fetchTimeoutMs),
      '--no-progress',
      '--cache-folder',
      join(cache, 'yarn-1'),
      // Two of them at once may not write the same cache.
      '--mutex',
      `file:${join(cache, 'yarn-1.mutex')}`,
    ],
    files: (registry) => ({ ...npmrc(registry), '.yarnrc': `registry "${registry}/"\n` }),
    bringsPeers: false,
  },
  'yarn-4': {
    peer: '@yarnpkg/cli-dist',
    program: '@yarnpkg/cli-dist/bin/yarn.js',
    install: () => ['install', '--no-immutable'],
    files: (registry, cache) => ({
      'yarn.lock': '',
      '.yarnrc.yml': [
        'nodeLinker: node-modules',
        `npmRegistryServer: "${registry}"`,
        'unsafeHttpWhitelist: ["127.0.0.1"]',
        'enableScripts: false',
        'enableTelemetry: false',
        'enableProgressBars: false',
        `httpTimeout: ${fetchTimeoutMs}`,
        // What was published a moment ago is what shall be installed.
        'npmMinimalAgeGate: 0',
        `globalFolder: "${join(cache, 'yarn-4')}"`,
        '',
      ].join('\n'),
    }),
    bringsPeers: false,
  },
}

/** The command line of a package manager on one Node. */
export function installCommand(
  manager: Manager,
  node: string,
  cache: string,
): readonly [string, ...string[]] {
  const row = managerTable[manager]
  return [node, requirePeer(row.program), ...row.install(cache)]
}
