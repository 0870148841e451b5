import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Serializer, Workbench } from './serializers.ts'

/** What the module of peers/ exports. */
interface Peer {
  readonly prepareConfluent: (bench: Workbench) => Promise<Serializer>
}

/** The name that ratios go by. */
export const confluent = '@confluentinc/schemaregistry'

const peersFolder = join(import.meta.dirname, '../../peers')

/** Installs @confluentinc/schemaregistry where that was not done yet, and gives what prepares its serializer. */
export async function loadConfluent(): Promise<Peer['prepareConfluent']> {
  const { installPeers } = (await load('install-peers.ts')) as { installPeers: () => Promise<void> }
  await installPeers()
  return ((await load('confluent.ts')) as Peer).prepareConfluent
}

/** Loaded only now: 170 MB that nobody needs who does not measure, so they stay outside the workspace. */
function load(file: string): Promise<unknown> {
  return import(pathToFileURL(join(peersFolder, file)).href)
}
