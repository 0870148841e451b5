import { createHash } from 'node:crypto'
import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { findAvroTools } from '@headwater/avro-oracle'
import { fetchKafkaJars, withFolderLock } from '@headwater/kafka'
import { runProgram } from './run-program.ts'

const root = join(import.meta.dirname, '..')
const cache = join(root, '.cache')
const installTimeoutMs = 180_000

/** The Java clients, compiled and with their class path. */
export interface JavaTools {
  readonly java: string
  readonly classPath: string
}

/**
 * Java, the jars of Apache Kafka and the compiled programs of java/; or `undefined`, with a printed line that says why.
 *
 * @throws Error when something is missing although `HEADWATER_REQUIRE_KAFKA=1`
 */
export async function findJavaClients(): Promise<JavaTools | undefined> {
  const found = await orSkip('clients in Java', async () => {
    const jars = await fetchKafkaJars()
    // A runtime without the compiler does not do.
    await mustRun(jars.java, ['--describe-module', 'jdk.compiler'])
    return jars
  })
  if (!found) return undefined
  return compile('java', found.java, found.libFolder)
}

/**
 * Java, the jars of Avro Java and the compiled programs of java-avro/; or `undefined`, with a printed line that says why.
 *
 * @throws Error when something is missing although `HEADWATER_REQUIRE_KAFKA=1`
 */
export async function findAvroJava(): Promise<JavaTools | undefined> {
  const found = await findAvroTools()
  return found && compile('java-avro', found.java, found.libFolder)
}

async function compile(folderName: string, java: string, libFolder: string): Promise<JavaTools> {
  const folder = join(root, folderName)
  const sources = (await readdir(folder)).map((name) => join(folder, name))
  const jars = (await readdir(libFolder)).map((name) => join(libFolder, name))
  const classes = await makeOnce(`${folderName}-classes`, sources, async (target) => {
    // The compiler that comes with this very Java, wherever it is. It takes no wildcard when it is started so.
    const compiler = [
      '-m',
      'jdk.compiler/com.sun.tools.javac.Main',
      '-cp',
      jars.join(delimiter),
      '-d',
      target,
    ]
    await mustRun(java, ['-XX:TieredStopAtLevel=1', ...compiler, ...sources])
  })
  return { java, classPath: `${classes}${delimiter}${join(libFolder, '*')}` }
}

/**
 * A Python that has confluent-kafka in the version of requirements.txt, in a virtual environment below `.cache`; or
 * `undefined`, with a printed line that says why.
 *
 * @throws Error when something is missing although `HEADWATER_REQUIRE_KAFKA=1`
 */
export function findPythonClients(): Promise<string | undefined> {
  return orSkip('clients in Python', async () => {
    const requirements = join(root, 'requirements.txt')
    const folder = await makeOnce('python', [requirements], async (target) => {
      await mustRun('python3', ['-m', 'venv', target])
      const wheels = ['--require-hashes', '--only-binary=:all:', '-r', requirements]
      await mustRun(join(target, 'bin', 'python'), ['-m', 'pip', 'install', '-q', ...wheels])
    })
    return join(folder, 'bin', 'python')
  })
}

/**
 * Whether there is kcat, the command line of librdkafka; when not, with a printed line that says so.
 *
 * @throws Error when there is none although `HEADWATER_REQUIRE_KAFKA=1`
 */
export async function findKcat(): Promise<boolean> {
  const found = await orSkip('kcat', async () => {
    await mustRun('kcat', ['-V'])
    return true
  })
  return found === true
}

async function orSkip<T>(what: string, find: () => Promise<T>): Promise<T | undefined> {
  try {
    return await find()
  } catch (error) {
    if (process.env['HEADWATER_REQUIRE_KAFKA'] === '1') throw error
    console.warn(`tests with ${what} are skipped: ${(error as Error).message}`)
    return undefined
  }
}

/**
 * A folder below `.cache` that is made anew when one of the files that it is made from changes. Test files that ask at the
 * same time wait for the first.
 */
async function makeOnce(
  name: string,
  from: readonly string[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256')
  for (const file of from) hash.update(await readFile(file))
  const folder = join(cache, `${name}-${hash.digest('hex').slice(0, 16)}`)
  const complete = `${folder}.complete`
  const isThere = (): Promise<boolean> =>
    access(complete).then(
      () => true,
      () => false,
    )
  if (await isThere()) return folder
  await mkdir(cache, { recursive: true })
  return withFolderLock(`${folder}.lock`, async () => {
    if (await isThere()) return folder
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder)
    await make(folder)
    // Marked, not moved into place: a virtual environment does not survive being moved.
    await writeFile(complete, '')
    return folder
  })
}

async function mustRun(command: string, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runProgram({ command, args, timeoutMs: installTimeoutMs })
  if (code === 0) return
  const said = `${stdout}${stderr}`.trim().slice(-2000)
  throw new Error(`\`${command} ${args.slice(0, 3).join(' ')} ...\` ended with ${code}. It said: ${said}`)
}
