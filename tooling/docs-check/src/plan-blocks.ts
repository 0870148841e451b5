import type { Problem } from './problem.ts'
import type { CodeBlock, MarkdownPage } from './read-markdown.ts'

/** How a program of a document is proven. */
export type ProgramProof =
  | {
      readonly kind: 'run'
      /** Those of the cluster that it wants; none is wanted without. */ readonly topics?: readonly string[]
    }
  | { readonly kind: 'run-with'; readonly runner: string }
  | { readonly kind: 'run-by'; readonly test: string }
  | { readonly kind: 'compile-only'; readonly reason: string }
  | { readonly kind: 'parse-only'; readonly reason: string }

/** One or several blocks of a page that make one program. */
export interface Program {
  readonly path: string
  /** The line of the first line of its first block. */
  readonly line: number
  readonly blocks: readonly CodeBlock[]
  readonly given: readonly string[]
  readonly proof: ProgramProof
  /** What the page says that it prints, piece by piece; empty where it says nothing. */
  readonly prints: readonly CodeBlock[]
}

/** What is to be done with all blocks of all documents. */
export interface BlockPlan {
  readonly programs: readonly Program[]
  /** JSON and YAML, to be parsed. */
  readonly data: readonly CodeBlock[]
  /** Shell, whose syntax is checked. */
  readonly shell: readonly CodeBlock[]
  /** Expressions of Prometheus, which promtool parses in the tests of tooling/observability. */
  readonly promql: readonly CodeBlock[]
  /** Output, diagrams, other languages. */
  readonly text: readonly CodeBlock[]
  readonly problems: readonly Problem[]
}

const programLanguages = new Set(['ts', 'typescript', 'mts', 'js', 'javascript', 'mjs'])
const dataLanguages = new Set(['json', 'jsonc', 'yaml', 'yml'])
const shellLanguages = new Set(['sh', 'bash', 'shell', 'console'])
/** The test that has promtool parse every `promql` block of the pages that it names. */
const promqlTest = 'tooling/observability/test/rules.kafka.test.ts'
const textLanguages = new Set([
  '',
  'text',
  'txt',
  'diff',
  'csv',
  'properties',
  'dockerfile',
  'ini',
  'toml',
  'http',
  'sql',
])
const runners = new Set(['vitest', 'jest', 'node:test'])

/**
 * Decides for every block how it is proven.
 *
 * @param testText - the text of a file of the repository, for `run-by` and `promql`
 */
export function planBlocks(
  pages: readonly MarkdownPage[],
  testText: (path: string) => string | undefined,
): BlockPlan {
  const programs: Program[] = []
  const data: CodeBlock[] = []
  const shell: CodeBlock[] = []
  const promql: CodeBlock[] = []
  const text: CodeBlock[] = []
  const problems: Problem[] = []
  for (const page of pages) {
    const refuse = ({ line }: { readonly line: number }, message: string): number =>
      problems.push({ path: page.path, line, message })
    for (const line of page.openFences) refuse({ line }, 'opens a block of code that is never closed')
    for (const block of page.blocks) {
      const { marker, language } = block
      if (marker?.kind === 'unknown') refuse(block, `is marked "docs: ${marker.text}", which means nothing`)
      const last = programs.at(-1)
      const before = last?.path === page.path ? last : undefined
      if (marker?.kind === 'prints') {
        if (before?.proof.kind !== 'run') refuse(block, 'says what is printed, but no block before it runs')
        else programs[programs.length - 1] = { ...before, prints: [...before.prints, block] }
      } else if (programLanguages.has(language)) {
        if (marker?.kind !== 'continues') programs.push(toProgram(block, refuse, testText))
        else if (before === undefined) refuse(block, 'continues a block, but there is none before it')
        else programs[programs.length - 1] = { ...before, blocks: [...before.blocks, block] }
      } else if (dataLanguages.has(language)) data.push(block)
      else if (shellLanguages.has(language)) shell.push(block)
      else if (language === 'promql') {
        if (testText(promqlTest)?.includes(page.path) === true) promql.push(block)
        else refuse(block, `is in promql, but ${promqlTest} does not read ${page.path}`)
      } else if (textLanguages.has(language)) text.push(block)
      else refuse(block, `is in ${language}, which nothing here can read: use text, or teach plan-blocks.ts`)
    }
  }
  return { programs, data, shell, promql, text, problems }
}

function toProgram(
  block: CodeBlock,
  refuse: (block: CodeBlock, message: string) => number,
  testText: (path: string) => string | undefined,
): Program {
  const { marker, path, line } = block
  const made = (proof: ProgramProof, given: readonly string[] = []): Program => ({
    path,
    line,
    blocks: [block],
    given,
    proof,
    prints: [],
  })
  if (marker?.kind === 'compile-only') return made(marker, marker.given)
  if (marker?.kind === 'parse-only') return made(marker)
  if (marker?.kind === 'cluster') return made({ kind: 'run', topics: marker.topics }, marker.given)
  if (marker?.kind === 'run-by') {
    const test = testText(marker.test)
    if (test === undefined) refuse(block, `is run by ${marker.test}, which is not there`)
    else if (!test.includes(path.slice(path.lastIndexOf('/') + 1)))
      refuse(block, `is run by ${marker.test}, which does not read ${path}`)
    return made(marker, marker.given)
  }
  if (marker?.kind === 'run-with') {
    if (!runners.has(marker.runner))
      refuse(block, `wants the runner ${marker.runner}: vitest, jest or node:test`)
    return made(marker)
  }
  return made({ kind: 'run' })
}
