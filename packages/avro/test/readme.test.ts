import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = new URL('../', import.meta.url)

it('runs the first example of the README', async () => {
  const [, example = ''] = /```ts\n([^]*?)```/.exec(readFileSync(new URL('README.md', root), 'utf8')) ?? []
  mkdirSync(new URL('.cache/', root), { recursive: true })
  const file = fileURLToPath(new URL('.cache/readme.ts', root))
  writeFileSync(file, example)
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    file,
  ])
  expect(stdout).toContain("type: 'READER_FIELD_MISSING_DEFAULT_VALUE',\n      location: '/fields/1',")
  expect(stdout).toContain(
    'false\ntrue\nundefined name "strin": no type of that name is defined, here or in a reference, line 3 column 38',
  )
})
