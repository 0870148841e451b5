import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import type { SchemaPair } from './random-pairs.ts'

const packageFolder = resolve(import.meta.dirname, '../../../packages/avro')
const recorder = fileURLToPath(import.meta.resolve('./record-pairs.ts'))

/**
 * Every pair that the tests of @headwater/avro compare, and every text that they parse, beside the schema `"null"`;
 * each once. The tests are run for that, and whether they pass is no concern here.
 */
export async function readSuitePairs(): Promise<readonly SchemaPair[]> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-pairs-'))
  const file = join(folder, 'pairs.jsonl')
  try {
    const vitest = await startVitest([], {
      root: packageFolder,
      config: false,
      watch: false,
      reporters: [{}],
      include: ['test/**/*.test.ts'],
      // The second holds what Avro Java takes years for.
      exclude: ['**/readme.test.ts', '**/bounded-time.test.ts'],
      setupFiles: [recorder],
      env: { HEADWATER_PAIRS_FILE: file },
      maxWorkers: 1,
    })
    await vitest.close()
    // What fails there fails in the package's own run.
    process.exitCode = 0
    const lines = new Set((await readFile(file, 'utf8')).split('\n').filter((line) => line !== ''))
    return [...lines].map((line) => JSON.parse(line) as SchemaPair)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
