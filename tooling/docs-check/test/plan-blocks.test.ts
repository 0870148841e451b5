import { describe, expect, it } from 'vitest'
import { planBlocks, type BlockPlan } from '../src/plan-blocks.ts'
import { readMarkdown } from '../src/read-markdown.ts'

const block = (language: string, code: string, marker?: string): string =>
  `${marker === undefined ? '' : `<!-- docs: ${marker} -->\n\n`}\`\`\`${language}\n${code}\n\`\`\`\n\n`

const planOf = (...blocks: readonly string[]): BlockPlan =>
  planBlocks([readMarkdown('docs/page.md', blocks.join(''))], (path) =>
    path === 'packages/a/test/page.test.ts' ? "read('page.md')" : path === 'other.test.ts' ? '' : undefined,
  )

describe('planBlocks', () => {
  it('runs a block that is not marked', () => {
    expect(planOf(block('ts', 'const a = 1')).programs).toMatchObject([{ line: 2, proof: { kind: 'run' } }])
  })

  it('puts blocks that continue behind the block before', () => {
    const { programs } = planOf(
      block('ts', 'const a = 1'),
      block('js', 'a', 'continues'),
      block('ts', 'const b = 2'),
    )
    expect(programs.map(({ blocks }) => blocks.length)).toEqual([2, 1])
  })

  it('takes the reason of a block that is compiled alone, and what it takes as given', () => {
    const { programs } = planOf(block('ts', 'x', 'compile-only, needs MSK (given: producer, codec)'))
    expect(programs).toMatchObject([
      { proof: { kind: 'compile-only', reason: 'needs MSK' }, given: ['producer', 'codec'] },
    ])
  })

  it('refuses marks that mean nothing, languages that nobody reads, and fences that stay open', () => {
    expect(planOf(block('ts', 'x', 'dont-run')).problems).toHaveLength(1)
    expect(planOf(block('cobol', 'x')).problems).toHaveLength(1)
    expect(planOf('```ts\nconst a = 1\n').problems).toHaveLength(1)
  })

  it('refuses a reason that is missing', () => {
    expect(planOf(block('ts', 'x', 'compile-only')).problems).toHaveLength(1)
  })

  it('refuses to continue or to print where nothing is before', () => {
    expect(planOf(block('ts', 'x', 'continues')).problems).toHaveLength(1)
    expect(planOf(block('text', 'x', 'prints')).problems).toHaveLength(1)
  })

  it('believes a test only if it is there and reads the page', () => {
    expect(planOf(block('ts', 'x', 'run-by packages/a/test/page.test.ts')).problems).toEqual([])
    expect(planOf(block('ts', 'x', 'run-by gone.test.ts')).problems).toHaveLength(1)
    expect(planOf(block('ts', 'x', 'run-by other.test.ts')).problems).toHaveLength(1)
  })

  it('believes that promtool parses promql only of a page that its test reads', () => {
    const problemsWith = (test: string | undefined): number =>
      planBlocks([readMarkdown('docs/page.md', block('promql', 'up == 0'))], () => test).problems.length
    expect(problemsWith("read('docs/page.md')")).toBe(0)
    expect(problemsWith("read('docs/other.md')")).toBe(1)
    expect(problemsWith(undefined)).toBe(1)
  })

  it('lets a mark hold for the block right below alone', () => {
    const { programs } = planOf('<!-- docs: cluster -->\n\nWords.\n\n', block('ts', 'const a = 1'))
    expect(programs).toEqual([expect.objectContaining({ proof: { kind: 'run' } })])
  })
})
