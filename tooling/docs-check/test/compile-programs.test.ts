import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compilePrograms } from '../src/compile-programs.ts'
import { planBlocks } from '../src/plan-blocks.ts'
import { readMarkdown } from '../src/read-markdown.ts'
import { writePrograms } from '../src/write-programs.ts'

const root = join(import.meta.dirname, '../../..')
const folder = join(import.meta.dirname, '../.cache/compile-programs-test')

async function problemsOf(text: string): Promise<readonly string[]> {
  const { programs } = planBlocks([readMarkdown('docs/page.md', text)], () => undefined)
  mkdirSync(folder, { recursive: true })
  const { written, problems } = writePrograms(programs, folder)
  return [...problems, ...(await compilePrograms(written, folder, root))].map(
    ({ line, message }) => `${line} ${message}`,
  )
}

describe('compilePrograms', () => {
  it('names the line of the document that does not compile', async () => {
    const text =
      'Words.\n\n```ts\nconst a = 1\n```\n\n<!-- docs: continues -->\n\n```ts\nconst b: string = a\n```\n'
    expect(await problemsOf(text)).toEqual([expect.stringMatching(/^10 does not compile: error TS2322/)])
  })

  it('takes a fragment with what is given, and refuses what nobody knows', async () => {
    const text =
      '<!-- docs: compile-only, a fragment (given: createProducer connection nothing) -->\n\n```js\ncreateProducer({ connection })\n```\n'
    expect(await problemsOf(text)).toEqual(['4 takes nothing as given, which givens.ts does not know'])
  })
})
