import { existsSync, realpathSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runToEnd } from '@headwater/kafka'

/** What librdkafka is compiled with: how to find it, and the Debian package that has it. */
const needed: readonly { readonly debian: string; readonly probe: readonly [string, ...string[]] }[] = [
  { debian: 'make', probe: ['make', '--version'] },
  { debian: 'g++', probe: ['c++', '--version'] },
  { debian: 'python3', probe: ['python3', '--version'] },
  { debian: 'libssl-dev', probe: headerProbe('openssl/ssl.h') },
  { debian: 'libsasl2-dev', probe: headerProbe('sasl/sasl.h') },
  { debian: 'zlib1g-dev', probe: headerProbe('zlib.h') },
  { debian: 'libzstd-dev', probe: headerProbe('zstd.h') },
  { debian: 'libcurl4-openssl-dev', probe: headerProbe('curl/curl.h') },
]

/**
 * Compiles the native client in `packageFolder`, unless that was done for the running Node.
 *
 * @returns why it cannot be used here, or undefined when it can
 */
export async function buildNativePeer(
  packageFolder: string,
  report: (line: string) => void,
): Promise<string | undefined> {
  const stampPath = join(packageFolder, 'build', '.built-for')
  const stamp = `${process.platform} ${process.arch} modules ${process.versions.modules}`
  if (existsSync(stampPath) && (await readFile(stampPath, 'utf8')) === stamp) return undefined

  const lacking = await installLacking(report)
  if (lacking.length > 0) return `its build needs ${lacking.join(', ')} (names of Debian packages)`

  report('compiling librdkafka for @confluentinc/kafka-javascript: one to four minutes')
  const startedAt = performance.now()
  await rm(stampPath, { force: true })
  const { code, output } = await runToEnd('nice', ['-n', '10', process.execPath, ...nodeGyp(packageFolder)], {
    cwd: packageFolder,
    env: buildEnvironment(),
  })
  if (code !== 0) return `its build ended with ${code}: ${lastLines(output)}`
  const loaded = await runToEnd(process.execPath, ['-e', `require(${JSON.stringify(packageFolder)})`])
  if (loaded.code !== 0) return `it was built, but does not load: ${lastLines(loaded.output)}`
  await writeFile(stampPath, stamp)
  report(`compiled in ${Math.round((performance.now() - startedAt) / 1000)} s`)
  return undefined
}

/** Installs what is lacking where that is possible without asking anybody; returns what is lacking still. */
async function installLacking(report: (line: string) => void): Promise<readonly string[]> {
  const lacking = await findLacking()
  if (lacking.length === 0 || process.getuid?.() !== 0) return lacking
  if ((await runToEnd('apt-get', ['--version'])).code !== 0) return lacking
  report(`installing ${lacking.join(', ')} (apt-get)`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // An old list names versions that are gone; whether it worked is seen by looking again.
  await runToEnd('apt-get', ['update', '-qq'], { env })
  await runToEnd('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...lacking], { env })
  return await findLacking()
}

async function findLacking(): Promise<readonly string[]> {
  const found = await Promise.all(
    needed.map(async ({ probe: [command, ...args] }) => (await runToEnd(command, args)).code === 0),
  )
  return needed.filter((_, index) => found[index] === false).map(({ debian }) => debian)
}

/** Asks the compiler, which knows where it looks, whether it finds a header. */
function headerProbe(header: string): readonly [string, ...string[]] {
  return ['c++', '-E', '-x', 'c++', '-include', header, '/dev/null']
}

function nodeGyp(packageFolder: string): readonly string[] {
  const script = join(packageFolder, '..', '..', 'node-gyp', 'bin', 'node-gyp.js')
  // A Node from npm brings its headers along; without them node-gyp looks for them elsewhere.
  const nodeFolder = dirname(dirname(realpathSync(process.execPath)))
  const headers = existsSync(join(nodeFolder, 'include', 'node', 'node.h'))
  return [script, 'rebuild', '--jobs=1', ...(headers ? [`--nodedir=${nodeFolder}`] : [])]
}

function buildEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, CKJS_LINKING: 'dynamic' }
  // Settings of a caller's npm or make would choose another Node's headers, or a second job.
  for (const name of ['npm_config_nodedir', 'JOBS', 'MAKEFLAGS', 'BUILD_LIBRDKAFKA']) delete env[name]
  return env
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-8).join('\n')
}
