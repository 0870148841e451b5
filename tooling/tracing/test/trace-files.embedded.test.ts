import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { traceEmail } from '../src/trace-email.ts'
import { repositoryRoot, traceFiles } from '../src/trace-files.ts'

/** A Markdown text, however the columns of its tables are padded; or JSON, however it is laid out. */
function content(path: string, text: string): unknown {
  if (path.endsWith('.json')) return JSON.parse(text)
  return text
    .split('\n')
    .map((line) => (line.startsWith('|') ? line.replace(/ +/g, ' ').replace(/-+/g, '-') : line))
}

describe('traceFiles', () => {
  it('are in the documents as a run gives them', async () => {
    const files = Object.entries(await traceFiles(await traceEmail()))
    expect(files.map(([path]) => path)).toEqual(['docs/traces/email.json', 'docs/tracing.md'])
    for (const [path, text] of files) {
      const committed = await readFile(new URL(path, repositoryRoot), 'utf8')
      expect(content(path, committed)).toEqual(content(path, text))
    }
  })
})
