import { findPeer, peerVersion } from '../install-peers.ts'
import type { NodeMajor } from './dimensions.ts'

/** A Node that a cell runs on. */
export interface NodeBinary {
  readonly path: string
  readonly version: string
}

/**
 * The Nodes that can be had here: 26 is the one that runs this, the others are platform packages from npm. What npm has
 * no build of for this platform is missing from the result.
 */
export function findNodeBinaries(): ReadonlyMap<NodeMajor, NodeBinary> {
  const found = new Map<NodeMajor, NodeBinary>()
  for (const major of ['22', '24'] as const) {
    const name = `node-${major}-${process.platform}-${process.arch}`
    const path = findPeer(name, 'bin/node')
    if (path !== undefined) found.set(major, { path, version: peerVersion(name).replace(/^v/, '') })
  }
  found.set('26', { path: process.execPath, version: process.versions.node })
  return found
}
