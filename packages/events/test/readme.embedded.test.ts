import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = new URL('../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

it('runs the first example of the README', { timeout: 60_000 }, async () => {
  const [, example = ''] = /```ts\n([^]*?)```/.exec(readme) ?? []
  mkdirSync(new URL('.cache/', root), { recursive: true })
  const file = fileURLToPath(new URL('.cache/readme.ts', root))
  writeFileSync(file, example)
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    file,
  ])
  expect(stderr).toBe('')
  expect(stdout).toBe('order.placed is in orders at offset 0\n')
})
