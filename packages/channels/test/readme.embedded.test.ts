import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'

const root = new URL('../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

it('runs the first example of the README', async () => {
  const [, example = ''] = /```ts\n([^]*?)```/.exec(readme) ?? []
  mkdirSync(new URL('.cache/', root), { recursive: true })
  const file = fileURLToPath(new URL('.cache/readme.ts', root))
  writeFileSync(file, example)
  // Where the example keeps its claim checks.
  const folder = mkdtempSync(join(tmpdir(), 'headwater-readme-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', file],
    { env: { ...process.env, TMPDIR: folder } },
  )
  expect(stderr).toBe('')
  expect(stdout.split('\n')).toEqual([
    'mail for support@example.org is in ingestion.raw.messages at offset 0',
    'the other one was dead-lettered',
    '',
  ])
})
