/**
 * The other Kafka clients that go through chaos: kafkajs, @platformatic/kafka and @confluentinc/kafka-javascript,
 * in exactly the versions of this folder's package.json.
 *
 * They stay outside the workspace, with a lockfile of their own, since only chaos needs them and one of them compiles
 * librdkafka for minutes: whoever tests or builds this project must not pay for that. The command that needs them
 * calls {@link installPeers}, which does nothing when all is in place; `node install-peers.ts` does the same by hand.
 *
 * No install script of any package runs. The native client's own would fetch a binary from its release page, for
 * other versions of Node than ours; it is compiled here instead, in one job (its dependencies are not safe in two),
 * against the headers of the running Node, and linked to the system's libraries. What the compiler needs and the
 * system lacks is installed where this process may (root on Debian and its kin). Else that client is left out, and
 * the reason comes back beside those that can run.
 *
 * npm and not pnpm installs, because the build writes into the package's folder, which pnpm shares between projects.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { installFromLockfile, withFolderLock } from '@headwater/kafka'
import { buildNativePeer } from './build-native-peer.ts'

/** A client that can be run. */
export interface PeerInstalled {
  /** What its `contender` is called. */
  readonly name: string
  /** Absolute path of the module that exports `contender`. */
  readonly module: string
}

/** What {@link installPeers} found or made. */
export interface PeersInstalled {
  readonly contenders: readonly PeerInstalled[]
  /** The clients that this computer cannot run, each with what to do about it. */
  readonly missing: readonly { readonly name: string; readonly reason: string }[]
}

const folder = import.meta.dirname

/** Those that need no compiler, each in the two idioms of `send-idiom.ts`. */
const pure: readonly PeerInstalled[] = [
  { name: 'kafkajs', module: join(folder, 'kafkajs.ts') },
  { name: 'kafkajs, one send at a time', module: join(folder, 'kafkajs-serial.ts') },
  { name: '@platformatic/kafka', module: join(folder, 'platformatic.ts') },
  { name: '@platformatic/kafka, one send at a time', module: join(folder, 'platformatic-serial.ts') },
]
const native: PeerInstalled = {
  name: '@confluentinc/kafka-javascript',
  module: join(folder, 'confluent.ts'),
}

/**
 * Installs and builds what is missing. Two callers at once wait for each other. Throws when npm fails; a native
 * client that cannot be built is no error.
 *
 * @param report - gets a line for every step that takes long; default: standard error
 */
export async function installPeers(
  report: (line: string) => void = (line) => console.error(line),
): Promise<PeersInstalled> {
  const cache = join(folder, '.cache')
  await mkdir(cache, { recursive: true })
  return await withFolderLock(join(cache, 'installing.lock'), async () => {
    // It empties `node_modules`, so a new lockfile is a new build.
    await installFromLockfile(folder, () => report('installing the other clients (npm ci)'))
    const problem = await buildNativePeer(join(folder, 'node_modules', native.name), report)
    if (problem === undefined) return { contenders: [...pure, native], missing: [] }
    return { contenders: pure, missing: [{ name: native.name, reason: problem }] }
  })
}

if (import.meta.main) {
  const { contenders, missing } = await installPeers()
  for (const { name } of contenders) console.log(`ready    ${name}`)
  for (const { name, reason } of missing) console.log(`left out ${name}: ${reason}`)
}
