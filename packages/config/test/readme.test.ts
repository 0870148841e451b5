import { configTable } from '@headwater/config'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = new URL('../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

/** The cells of a Markdown table, however its columns are padded. */
function cells(table: string | undefined): string[][] {
  const lines = (table ?? '').trim().split('\n')
  return lines.map((line) => line.split('|').map((cell) => cell.trim().replace(/^-+$/, '---')))
}

it('runs the first example of the README', async () => {
  const [, example = ''] = /```ts\n([^]*?)```/.exec(readme) ?? []
  mkdirSync(new URL('.cache/', root), { recursive: true })
  const file = fileURLToPath(new URL('.cache/readme.ts', root))
  writeFileSync(file, example)
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    file,
  ])
  expect(stderr).toBe('')
  expect(stdout).toContain("brokers: [ 'b-1.example.com:9096', 'b-2.example.com:9096' ]")
  expect(stdout).toContain("password: '[redacted]'")
  expect(stdout).not.toContain('a secret')
  expect(stdout).toContain('120000 ingestion.raw.messages')
  expect(stdout).toContain('KAFKA_BOOTSTRAP_SERVERS is missing')
  expect(stdout).toContain('KAFKA_PRODUCER_LINGER_MS is not a whole number')
})

it('shows every variable in the README, as `headwater config table` prints them', () => {
  const [, table] = /<!-- variables:start -->([^]*)<!-- variables:end -->/.exec(readme) ?? []
  expect(cells(table)).toEqual(cells(configTable()))
})
