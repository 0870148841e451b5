import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The version of a peer as it lies in this folder's `node_modules`, whatever package.json asked for. */
export function installedVersion(packageName: string): string {
  const path = join(import.meta.dirname, 'node_modules', packageName, 'package.json')
  const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (
    typeof manifest === 'object' &&
    manifest !== null &&
    'version' in manifest &&
    typeof manifest.version === 'string'
  ) {
    return manifest.version
  }
  throw new Error(`${path} states no version: install the peers again (node install-peers.ts)`)
}
