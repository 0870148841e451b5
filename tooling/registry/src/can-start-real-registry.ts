import { runToEnd, isDownloaded } from '@headwater/kafka'
import { registryCacheFolder } from './registry-files.ts'

/** What fetches the registry, by the command that shows that it is there. */
const needed: readonly { readonly command: readonly [string, ...string[]]; readonly hint: string }[] = [
  { command: ['mvn', '-version'], hint: 'there is no Maven (Debian: apt-get install maven)' },
  {
    command: ['python3', '-c', 'import ensurepip, venv'],
    hint: 'there is no Python with venv (Debian: apt-get install python3-venv)',
  },
]

/**
 * Whether a test can start a real schema registry; prints why not.
 *
 * @throws Error when it cannot although `HEADWATER_REQUIRE_KAFKA=1`.
 */
export async function canStartRealRegistry(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const reason = await findObstacle(env)
  if (reason === undefined) return true
  const line = `tests on a real schema registry are skipped: its files are not here yet and ${reason}`
  if (env['HEADWATER_REQUIRE_KAFKA'] === '1') throw new Error(`HEADWATER_REQUIRE_KAFKA=1, but ${line}`)
  console.warn(line)
  return false
}

async function findObstacle(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (await isDownloaded(registryCacheFolder(env))) return undefined
  for (const { command, hint } of needed) {
    const [name, ...args] = command
    if ((await runToEnd(name, args, { env })).code !== 0) return hint
  }
  return undefined
}
