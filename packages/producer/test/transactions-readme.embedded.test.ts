import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const root = new URL('../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

describe('README.md on transactions', () => {
  it('has an example that runs, and leaves nothing that keeps its process alive', async () => {
    const [, example = ''] = /## Transactions[^]*?```ts\n([^]*?)```/.exec(readme) ?? []
    mkdirSync(new URL('.cache/', root), { recursive: true })
    const file = fileURLToPath(new URL('.cache/transactions-readme.ts', root))
    writeFileSync(file, example)
    const flags = ['--disable-warning=ExperimentalWarning', file]
    const { stdout, stderr } = await promisify(execFile)(process.execPath, flags)
    expect(stderr).toBe('')
    expect(stdout).toBe('committed at 0 and 0\naborted: the card is not valid\nseen: o-17\n')
  })
})
