import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { runHeadwater } from './run-headwater.ts'

const root = new URL('../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

it('runs the first example of the README', async () => {
  const [, example = ''] = /```ts\n([^]*?)```/.exec(readme) ?? []
  mkdirSync(new URL('.cache/', root), { recursive: true })
  const file = fileURLToPath(new URL('.cache/readme.ts', root))
  writeFileSync(file, example)
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    file,
  ])
  expect(stdout).toContain('problem: KAFKA_BOOTSTRAP_SERVERS has an entry (number 1 of 1) that has no port')
  expect(stdout).toMatch(/exit code 1\n$/)
})

it('names every option in the README', async () => {
  const schemas = [
    'check',
    'diff',
    'explain',
    'accept',
    'init',
    'list',
    'history record',
    'history verify',
    'register',
    'types',
  ].map((name) => ['schemas', ...name.split(' ')])
  const commands = [['up'], ['config', 'check'], ['config', 'print'], ['config', 'table'], ...schemas]
  const options = new Set<string>()
  for (const command of commands) {
    const { out } = await runHeadwater([...command, '--help'])
    for (const [option] of out.matchAll(/--(?!help)[a-z-]+/g)) options.add(option)
  }
  const described = [...readme.matchAll(/^\| `(--[a-z-]+)/gm)].map(([, option]) => option)
  expect([...options].filter((option) => !described.includes(option))).toEqual([])
  expect(described.filter((option) => !options.has(option as string))).toEqual([])
})
