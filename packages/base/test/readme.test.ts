import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = new URL('../', import.meta.url)

it('runs the example of the README', async () => {
  const [, example = ''] = /```ts\n([^]*?)```/.exec(readFileSync(new URL('README.md', root), 'utf8')) ?? []
  mkdirSync(new URL('.cache/', root), { recursive: true })
  const file = fileURLToPath(new URL('.cache/readme.ts', root))
  // The package itself is not among its own dependencies.
  writeFileSync(file, example.replace("'@headwater/base'", "'../src/index.ts'"))
  const { stdout } = await promisify(execFile)(process.execPath, [file])
  expect(stdout).toBe('DIVISOR_IS_ZERO false\na minute later\n')
})
