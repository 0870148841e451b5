import { configTable } from '@headwater/config'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runHeadwater } from './run-headwater.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('headwater config table', () => {
  it('prints every variable', async () => {
    const { exitCode, out } = await runHeadwater(['config', 'table'])
    expect(exitCode).toBe(0)
    expect(out).toBe(`${configTable()}\n`)
    expect(out).toContain('| `KAFKA_PRODUCER_LINGER_MS` | integer, 0 to 2147483647 | `0` |')
  })

  it('puts the table between the markers of a document, as often as it is asked', async () => {
    const path = join(folder, 'README.md')
    writeFileSync(path, 'before\n<!-- variables:start -->\nold\n<!-- variables:end -->\nafter $& \n')
    const expected = `before\n<!-- variables:start -->\n\n${configTable()}\n\n<!-- variables:end -->\nafter $& \n`
    for (const time of ['first', 'second']) {
      expect(await runHeadwater(['config', 'table', '--into', path])).toEqual({
        exitCode: 0,
        out: '',
        err: '',
      })
      expect(readFileSync(path, 'utf8'), time).toBe(expected)
    }
  })

  it('leaves a document without markers alone', async () => {
    const path = join(folder, 'other.md')
    writeFileSync(path, 'text')
    const { exitCode, err } = await runHeadwater(['config', 'table', '--into', path])
    expect(exitCode).toBe(1)
    expect(err).toContain('has no markers')
    expect(readFileSync(path, 'utf8')).toBe('text')
  })

  it('says so when the document does not exist', async () => {
    const { exitCode, err } = await runHeadwater(['config', 'table', '--into', join(folder, 'none.md')])
    expect(exitCode).toBe(1)
    expect(err).toContain('(ENOENT)')
  })
})
