import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { defaults } from '../src/engine/resolve-options.ts'

const root = new URL('../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

describe('README.md', () => {
  it('begins with an example that runs', async () => {
    const [, example = ''] = /```ts\n([^]*?)```/.exec(readme) ?? []
    mkdirSync(new URL('.cache/', root), { recursive: true })
    const file = fileURLToPath(new URL('.cache/readme.ts', root))
    writeFileSync(file, example)
    const flags = ['--disable-warning=ExperimentalWarning', file]
    const { stdout, stderr } = await promisify(execFile)(process.execPath, flags)
    expect(stderr).toBe('')
    expect(stdout).toMatch(
      /^partition [0-2], offset 0\nrejected: the topic orders has no partition 99, only 0 to 2\n$/,
    )
  })

  it('states the defaults as they are', () => {
    const stated = Object.fromEntries(
      [...readme.matchAll(/^\| `(\w+)` +\| `([^`]+)` +\|/gm)].map(([, name, value]) => [name, value]),
    )
    for (const [name, value] of Object.entries(defaults)) {
      expect(`${name} ${stated[name]}`).toBe(`${name} ${typeof value === 'string' ? `'${value}'` : value}`)
    }
  })
})
