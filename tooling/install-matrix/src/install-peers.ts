/**
 * Package managers, Nodes, compilers and a registry server, in exactly the versions of `peers/package.json`. They stay
 * outside the workspace, with a lockfile of their own: they weigh 600 MB, and only this program needs them.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { installFromLockfile } from '@headwater/kafka'

/** The folder whose `node_modules` is filled. */
const peersFolder: string = join(import.meta.dirname, '../peers')

/** `npm ci`, unless this very lockfile is installed. Two callers at once wait for each other. Throws when npm fails. */
export function installPeers(): Promise<void> {
  return installFromLockfile(peersFolder)
}

/** The path of a file below a peer, or undefined when that peer does not exist for this platform. */
export function findPeer(...path: readonly string[]): string | undefined {
  const found = join(peersFolder, 'node_modules', ...path)
  return existsSync(found) ? found : undefined
}

/** As {@link findPeer}; throws when it is not there. */
export function requirePeer(...path: readonly string[]): string {
  const found = findPeer(...path)
  if (found === undefined)
    throw new Error(`${path.join('/')} is missing below ${peersFolder}: run npm ci there`)
  return found
}

/** The version of a peer that is installed. */
export function peerVersion(name: string): string {
  const manifest = JSON.parse(readFileSync(requirePeer(name, 'package.json'), 'utf8')) as { version: string }
  return manifest.version
}
