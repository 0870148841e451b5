import { readBlockMarker, type BlockMarker } from './block-marker.ts'
import { headingSlugs } from './heading-slug.ts'

/** One fenced block of code. */
export interface CodeBlock {
  readonly path: string
  /** The language that stands behind the fence, in lower case; empty where none does. */
  readonly language: string
  readonly code: string
  /** The line of the first line of code, from 1. */
  readonly line: number
  readonly marker: BlockMarker | undefined
}

/** A heading with the anchor that GitHub gives it. */
export interface Heading {
  readonly level: number
  readonly text: string
  readonly anchor: string
  readonly line: number
}

/** Where a document points to. */
interface Link {
  readonly target: string
  readonly line: number
}

/** A table, by rows of cells; the row that sets the alignment is told apart. */
export interface Table {
  readonly line: number
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** What the checks want to know of one document. */
export interface MarkdownPage {
  readonly path: string
  readonly blocks: readonly CodeBlock[]
  readonly headings: readonly Heading[]
  /** Anchors set by `<a id="x">`. */
  readonly ownAnchors: readonly string[]
  readonly links: readonly Link[]
  readonly tables: readonly Table[]
  /** Prose by line, without code blocks, code spans kept; index 0 is line 1. */
  readonly prose: readonly string[]
  /** Fences that are never closed, as lines. */
  readonly openFences: readonly number[]
}

const fence = /^(?<indent>\s*)(?<mark>`{3,}|~{3,})\s*(?<info>[^`]*)$/
const link = /\]\((?<target><[^>]*>|[^)\s]+)(?:\s+"[^"]*")?\)/g
const definition = /^\s{0,3}\[[^\]]+\]:\s+(?<target>\S+)/

/** Reads a document in the Markdown of GitHub, as far as documents here use it. */
export function readMarkdown(path: string, text: string): MarkdownPage {
  const lines = text.split('\n')
  const { blocks, prose, openFences } = splitBlocks(path, lines)
  const headings = readHeadings(prose)
  const links = prose.flatMap((content, index) => {
    const words = content.replaceAll(/`[^`]*`/g, '')
    const targets = [...words.matchAll(link)].map((each) => each.groups?.['target'] ?? '')
    const defined = definition.exec(words)?.groups?.['target']
    return [...targets, ...(defined === undefined ? [] : [defined])].map((target) => ({
      target: target.replaceAll(/^<|>$/g, ''),
      line: index + 1,
    }))
  })
  const ownAnchors = [...prose.join('\n').matchAll(/<a (?:id|name)="([^"]+)"/g)].map((each) => each[1] ?? '')
  return { path, blocks, headings, ownAnchors, links, tables: readTables(prose), prose, openFences }
}

function splitBlocks(
  path: string,
  lines: readonly string[],
): Pick<MarkdownPage, 'blocks' | 'prose' | 'openFences'> {
  const blocks: CodeBlock[] = []
  const prose: string[] = []
  let open: { indent: number; mark: string; language: string; line: number; code: string[] } | undefined
  let marker: BlockMarker | undefined
  let comment: string | undefined
  for (const [index, content] of lines.entries()) {
    if (open !== undefined) {
      prose.push('')
      const closing = content.trim()
      if (closing.startsWith(open.mark) && /^[`~]+$/.test(closing)) {
        const code = `${open.code.join('\n')}\n`
        blocks.push({ path, language: open.language, code, line: open.line, marker })
        marker = undefined
        open = undefined
      } else {
        open.code.push(content.slice(Math.min(open.indent, content.length - content.trimStart().length)))
      }
      continue
    }
    const groups = comment === undefined ? fence.exec(content)?.groups : undefined
    if (groups !== undefined) {
      const { indent = '', mark = '', info = '' } = groups
      const [language = ''] = info.trim().toLowerCase().split(/[\s{]/)
      open = { indent: indent.length, mark, language, line: index + 2, code: [] }
      prose.push('')
      continue
    }
    prose.push(content)
    if (comment === undefined && content.trimStart().startsWith('<!--')) comment = ''
    if (comment !== undefined) {
      comment += `${content}\n`
      if (!content.includes('-->')) continue
      marker = readBlockMarker(/<!--([^]*?)-->/.exec(comment)?.[1] ?? '') ?? marker
      comment = undefined
    } else if (content.trim() !== '') {
      marker = undefined
    }
  }
  return { blocks, prose, openFences: open === undefined ? [] : [open.line - 1] }
}

function readHeadings(prose: readonly string[]): readonly Heading[] {
  const found = prose.flatMap((content, index) => {
    const [, marks = '', text = ''] = /^(#{1,6})\s+(.*?)\s*#*\s*$/.exec(content) ?? []
    return marks === '' ? [] : [{ level: marks.length, text, line: index + 1 }]
  })
  const anchors = headingSlugs(found.map(({ text }) => text))
  return found.map((each, index) => ({ ...each, anchor: anchors[index] ?? '' }))
}

function readTables(prose: readonly string[]): readonly Table[] {
  const tables: Table[] = []
  for (let index = 1; index < prose.length; index += 1) {
    if (!/^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$/.test(prose[index] ?? '')) continue
    const rows: (readonly string[])[] = []
    for (let at = index + 1; (prose[at] ?? '').trimStart().startsWith('|'); at += 1)
      rows.push(cellsOf(prose[at] ?? ''))
    tables.push({ line: index, head: cellsOf(prose[index - 1] ?? ''), rows })
  }
  return tables
}

const cellsOf = (row: string): readonly string[] =>
  row
    .trim()
    .replaceAll(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
