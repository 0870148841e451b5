import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const peersFolder = join(import.meta.dirname, '..', 'peers')

/** Where each contender's adapter is; all but Headwater's need their libraries installed first. */
const moduleFiles: Readonly<Record<string, string>> = {
  headwater: join(import.meta.dirname, 'headwater.ts'),
  kafkajs: join(peersFolder, 'kafkajs.ts'),
  'kafkajs-serial': join(peersFolder, 'kafkajs-serial.ts'),
  platformatic: join(peersFolder, 'platformatic.ts'),
  confluent: join(peersFolder, 'confluent.ts'),
}

/** The names of all contenders. */
export const clientNames: readonly string[] = Object.keys(moduleFiles)

/** The contenders that can be had here, by name, and why the others cannot. */
export interface FoundClients {
  readonly modules: ReadonlyMap<string, string>
  readonly leftOut: ReadonlyMap<string, string>
}

/**
 * Looks for the adapters of these contenders, and installs the libraries of the peers among them.
 *
 * @throws RangeError for a name that no contender has
 */
export async function findClients(names: readonly string[]): Promise<FoundClients> {
  const modules = new Map<string, string>()
  const leftOut = new Map<string, string>()
  let peers: Promise<PeersInstalled> | undefined
  for (const name of names) {
    const file = moduleFiles[name]
    if (file === undefined)
      throw new RangeError(`There is no client ${name}; there are ${clientNames.join(', ')}`)
    if (!file.startsWith(peersFolder)) modules.set(name, file)
    else {
      const { contenders, missing } = await (peers ??= installPeers())
      if (contenders.some((peer) => peer.module === file)) modules.set(name, file)
      else leftOut.set(name, missing.map(({ reason }) => reason).join('; ') || 'it is not installed')
    }
  }
  return { modules, leftOut }
}

/** What `peers/install-peers.ts` says of what it installed. */
interface PeersInstalled {
  readonly contenders: readonly { readonly module: string }[]
  readonly missing: readonly { readonly reason: string }[]
}

/** Loaded only now: the peers are outside the workspace, and who runs Headwater alone needs none of them. */
async function installPeers(): Promise<PeersInstalled> {
  const url = pathToFileURL(join(peersFolder, 'install-peers.ts')).href
  try {
    const peers = (await import(url)) as { installPeers: () => Promise<PeersInstalled> }
    return await peers.installPeers()
  } catch (error) {
    return { contenders: [], missing: [{ reason: (error as Error).message }] }
  }
}
