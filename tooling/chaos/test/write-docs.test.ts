import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeDocs } from '../src/write-docs.ts'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'headwater-docs-'))))
afterEach(() => rm(folder, { recursive: true }))

describe('writeDocs', () => {
  it('replaces what is between the markers and nothing else', async () => {
    const file = join(folder, 'page.md')
    await writeFile(file, 'before\n<!-- chaos: begin -->\nold\n<!-- chaos: end -->\nafter\n')
    await writeDocs(file, 'first')
    await writeDocs(file, 'second')
    expect(await readFile(file, 'utf8')).toBe(
      'before\n<!-- chaos: begin -->\n\nsecond\n\n<!-- chaos: end -->\nafter\n',
    )
  })

  it('refuses a document without markers', async () => {
    const file = join(folder, 'page.md')
    await writeFile(file, 'nothing')
    await expect(writeDocs(file, 'text')).rejects.toThrow('has no place for the table')
    expect(await readFile(file, 'utf8')).toBe('nothing')
  })
})
