import { mkdir, readdir, readFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { delimiter, join, resolve } from 'node:path'
import { downloadFolder, downloadOnce, isDownloaded, runToEnd } from '@headwater/kafka'

const packageFolder = resolve(import.meta.dirname, '..')
const pom = join(packageFolder, 'pom.xml')
const program = join(packageFolder, 'java', 'AvroOracle.java')

/** What answers for Avro Java. */
export interface AvroTools {
  readonly java: string
  /** The jars of Avro Java alone. */
  readonly libFolder: string
  readonly classPath: string
}

/**
 * Java, the jars of Avro Java and the compiled program, fetched and made when they are not there yet; or `undefined`,
 * with a printed line that says why.
 *
 * @throws Error when something is missing although `HEADWATER_REQUIRE_KAFKA=1`
 */
export async function findAvroTools(env: NodeJS.ProcessEnv = process.env): Promise<AvroTools | undefined> {
  try {
    return await makeTools(env)
  } catch (error) {
    if (env['HEADWATER_REQUIRE_KAFKA'] === '1') throw error
    console.warn(`comparisons with Avro Java are skipped: ${(error as Error).message}`)
    return undefined
  }
}

async function makeTools(env: NodeJS.ProcessEnv): Promise<AvroTools> {
  const java = env['JAVA_HOME'] ? join(env['JAVA_HOME'], 'bin', 'java') : 'java'
  const folder = await cacheFolder(env)
  const isThere = await isDownloaded(folder)
  // A runtime without the compiler does only when nothing is left to compile.
  const needed = isThere ? ['-version'] : ['--describe-module', 'jdk.compiler']
  await mustRun(
    java,
    needed,
    env,
    'install a Java development kit (Debian: apt-get install default-jdk-headless)',
  )
  await downloadOnce(folder, (partial) => fillFolder(partial, java, env))
  const libFolder = join(folder, 'lib')
  return { java, libFolder, classPath: [join(folder, 'classes'), join(libFolder, '*')].join(delimiter) }
}

/** Another one for another version or program. */
async function cacheFolder(env: NodeJS.ProcessEnv): Promise<string> {
  const hash = createHash('sha256')
  for (const file of [pom, program]) hash.update(await readFile(file))
  return downloadFolder(packageFolder, `avro-java-${hash.digest('hex').slice(0, 16)}`, env)
}

async function fillFolder(folder: string, java: string, env: NodeJS.ProcessEnv): Promise<void> {
  const [lib, classes] = [join(folder, 'lib'), join(folder, 'classes')]
  await mkdir(classes, { recursive: true })
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${lib}`]
  const hint = 'install Maven (Debian: apt-get install maven), or see what it says'
  await mustRun('mvn', ['-B', '-q', '--strict-checksums', '-f', pom, ...goal], env, hint)
  // The compiler of this very Java, wherever it is. It takes no wildcard when it is started so.
  const jars = (await readdir(lib)).map((name) => join(lib, name)).join(delimiter)
  const compiler = ['-XX:TieredStopAtLevel=1', '-m', 'jdk.compiler/com.sun.tools.javac.Main']
  await mustRun(java, [...compiler, '--class-path', jars, '-d', classes, program], env, `correct ${program}`)
}

async function mustRun(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  hint: string,
): Promise<void> {
  const { code, output } = await runToEnd(command, args, { env })
  if (code === 0) return
  const line = [command, ...args].join(' ')
  throw new Error(`\`${line}\` ended with ${code}: ${hint}. It said: ${output.trim().slice(-2000)}`)
}
