import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { planBlocks } from '../src/plan-blocks.ts'
import { readMarkdown } from '../src/read-markdown.ts'
import { runPrograms } from '../src/run-programs.ts'
import { writePrograms } from '../src/write-programs.ts'

const folder = join(import.meta.dirname, '../.cache/run-programs-test')

describe('runPrograms', () => {
  it('finds what throws, and what prints something else than its page says', async () => {
    const text = [
      '```ts\nthrow new Error("broken")\n```\n',
      '```ts\nconsole.log("a")\n```\n\n<!-- docs: prints -->\n\n```text\nb\n```\n',
      '```ts\nconsole.log("a")\n```\n\n<!-- docs: prints -->\n\n```text\na\n```\n',
      '<!-- docs: cluster orders -->\n\n```ts\nif ("localhost:9092".startsWith("local")) throw new Error("no cluster")\n```\n',
    ].join('\n')
    const { programs } = planBlocks([readMarkdown('docs/page.md', text)], () => undefined)
    const problems = await runPrograms(writePrograms(programs, folder).written, folder)
    expect(problems.map(({ line }) => line).sort((a, b) => a - b)).toEqual([2, 6])
    expect(problems.map(({ message }) => message).join()).toContain('Error: broken')
  })
})
