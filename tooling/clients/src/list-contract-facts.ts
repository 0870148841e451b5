import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { runProgram } from './run-program.ts'

const root = join(import.meta.dirname, '../../..')
const embeddedTest = '.embedded.test.ts'

/** What `vitest list` says of one test. */
interface ListedTest {
  /** The titles from the outermost on, with ` > ` between them. */
  readonly name: string
  readonly file: string
}

/**
 * The facts that the tests of tooling/contract declare for the embedded Kafka, by the name of their file without the
 * tier. Their files are loaded, but no test runs, so it takes no cluster.
 */
export async function listContractFacts(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-facts-'))
  try {
    const list = join(folder, 'tests.json')
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const options = ['--root', join(root, 'tooling/contract'), '--config', join(root, 'vitest.config.ts')]
    const args = [vitest, 'list', ...options, '--project', 'embedded', '--no-static-parse', `--json=${list}`]
    const { code, stderr } = await runProgram({ command: process.execPath, args, timeoutMs: 60_000 })
    if (code !== 0) throw new Error(`vitest list ended with ${code}. It said: ${stderr.slice(-2000)}`)
    const tests = JSON.parse(await readFile(list, 'utf8')) as readonly ListedTest[]
    const byFile = Map.groupBy(tests, ({ file }) => basename(file, embeddedTest))
    return new Map(
      Array.from(byFile, ([file, own]) => [file, new Set(own.map(({ name }) => factOf(name.split(' > '))))]),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A fact's name from the titles around its test; the first of them names the cluster. */
export function factOf(titles: readonly string[]): string {
  return titles.slice(1).join(' > ')
}
