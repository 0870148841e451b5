import { execFile } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const packageFolder = resolve(import.meta.dirname, '..')

/** Where tooling/kafka keeps the jars of Kafka; `undefined`, with a printed reason, when nobody fetched them yet. */
export function findKafkaJars(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const cache = env['HEADWATER_KAFKA_CACHE'] ?? join(packageFolder, '../../tooling/kafka/.cache')
  const folder = globSync('kafka-*/lib', { cwd: cache }).toSorted().at(-1)
  if (folder !== undefined) return join(cache, folder)
  const reason = "Kafka's jars are not here; starting a Kafka by tooling/kafka fetches them"
  if (env['HEADWATER_REQUIRE_KAFKA'] === '1') throw new Error(`HEADWATER_REQUIRE_KAFKA=1, but ${reason}`)
  console.warn(`the comparison with Kafka's own codec is skipped: ${reason}`)
  return undefined
}

/** Asks `java/CheckCodec.java`: one answer to each question, whose parts travel parted by tabs. */
export async function askJava(
  jars: string,
  questions: readonly (readonly (string | number)[])[],
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-codec-'))
  try {
    const file = join(folder, 'questions')
    await writeFile(file, questions.map((parts) => parts.join('\t')).join('\n'))
    const home = process.env['JAVA_HOME']
    const java = home !== undefined && existsSync(join(home, 'bin/java')) ? join(home, 'bin/java') : 'java'
    const program = join(import.meta.dirname, 'java/CheckCodec.java')
    const { stdout } = await promisify(execFile)(java, ['-cp', join(jars, '*'), program, file], {
      maxBuffer: 2 ** 28,
    })
    return stdout.split('\n').slice(0, questions.length)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
