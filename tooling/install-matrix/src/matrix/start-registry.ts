import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findFreePorts, startServerProcess } from '@headwater/kafka'
import { requirePeer } from '../install-peers.ts'
import { runCommand } from '../run-command.ts'

/** A registry server of this run alone. It ends with this process. */
export interface LocalRegistry extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string
}

/** Far longer than Verdaccio needs on a busy computer. */
const startTimeoutMs = 120_000

/**
 * Starts Verdaccio on a free port of 127.0.0.1 with a storage of its own. What is published here stays here; everything
 * else it fetches from the registry that npm is configured to use.
 */
export async function startRegistry(): Promise<LocalRegistry> {
  const [port] = await findFreePorts(1)
  const url = `http://127.0.0.1:${port}`
  const upstream = await configuredRegistry()
  const server = await startServerProcess({
    folderPrefix: 'headwater-npm-registry-',
    command: async (folder) => {
      const config = join(folder, 'config.yaml')
      // YAML reads JSON.
      writeFileSync(config, JSON.stringify(verdaccioConfig(folder, upstream)))
      return [process.execPath, requirePeer('verdaccio/bin/verdaccio'), '--config', config, '--listen', url]
    },
    isReady: async () => (await fetch(`${url}/-/ping`)).ok,
    startTimeoutMs,
    toError: (why, log) => new Error(`Verdaccio ${why === 'late' ? 'is not ready' : 'ended'}: ${log}`),
  })
  return { url, [Symbol.asyncDispose]: () => server.close() }
}

async function configuredRegistry(): Promise<string> {
  const { code, stdout, output } = await runCommand(['npm', 'config', 'get', 'registry'], '.', process.env)
  if (code !== 0) throw new Error(`npm does not tell its registry: ${output.trim()}`)
  return stdout.trim()
}

function verdaccioConfig(folder: string, upstream: string): object {
  const ours = { access: '$all', publish: '$all', unpublish: '$all' }
  return {
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: -1 } },
    uplinks: { upstream: { url: upstream, timeout: '120s', max_fails: 10, fail_timeout: '1s' } },
    packages: {
      '@headwater/*': ours,
      'create-headwater': ours,
      '**': { access: '$all', proxy: 'upstream' },
    },
    max_body_size: '50mb',
    web: { enable: false },
    log: { type: 'stdout', format: 'pretty', level: 'warn' },
  }
}
