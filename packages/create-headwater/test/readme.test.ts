import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { usage } from '../src/read-arguments.ts'

const root = new URL('../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

it('runs the first example of the README', async () => {
  const [, example = ''] = /```ts\n([^]*?)```/.exec(readme) ?? []
  mkdirSync(new URL('.cache/', root), { recursive: true })
  const file = fileURLToPath(new URL('.cache/readme.ts', root))
  writeFileSync(file, example)
  const args = ['--disable-warning=ExperimentalWarning', file]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args)
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^\d+ files, and schemas\/order-placed\.avsc among them\n$/)
})

it('tells of every flag of the command', () => {
  const flags = usage.match(/--[a-z-]+/g) ?? []
  expect(flags.filter((flag) => flag !== '--help' && !readme.includes(`\`${flag}\``))).toEqual([])
})
