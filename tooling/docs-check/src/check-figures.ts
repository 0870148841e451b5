import type { Problem } from './problem.ts'
import type { Heading, MarkdownPage, Table } from './read-markdown.ts'

/** Tables that quote measurements. */
export interface FigureReport {
  readonly problems: readonly Problem[]
  readonly tables: number
}

const figure =
  /^[~<>≤≥]?\s?-?[\d.,]+ ?(?:ns|us|µs|ms|s|min|h|x|×|%|B|[kKMG]i?B|records?\/s|\/s)?(?: \([\d.,/ ]+\))?$/
/** Numbers that name something and measure nothing. */
const names = /code|port|version|option|default|id\b|status|partition|offset|setting|limit/i
const command = /`[^`]*(?:pnpm|\.test\.ts|\.kafka\.ts|tooling\/[\w-]+)[^`]*`|```/

/**
 * A table with a column of figures says where they come from: its section, or one that holds it, names in its prose
 * the command or the test that makes them (`pnpm bench`, `x.test.ts`, `tooling/...`).
 */
export function checkFigures(pages: readonly MarkdownPage[]): FigureReport {
  const problems: Problem[] = []
  let tables = 0
  for (const page of pages) {
    for (const table of page.tables) {
      if (!quotesFigures(table)) continue
      tables += 1
      if (!sectionsAround(page, table).some((prose) => command.test(prose)))
        problems.push({
          path: page.path,
          line: table.line,
          message: 'quotes figures, but no command that makes them',
        })
    }
  }
  return { problems, tables }
}

function quotesFigures({ head, rows }: Table): boolean {
  return head.some((title, column) => {
    const cells = rows.map((row) => row[column] ?? '').filter((cell) => cell !== '' && cell !== '-')
    return column > 0 && !names.test(title) && cells.length > 1 && cells.every((cell) => figure.test(cell))
  })
}

/** The prose of the table's own section, and of every section that it lies in up to its first subheading. */
function sectionsAround({ headings, prose }: MarkdownPage, { line }: Table): readonly string[] {
  const sections: string[] = []
  let level = Infinity
  for (const heading of [...headings, top]
    .filter((each) => each.line <= line)
    .sort((a, b) => b.line - a.line)) {
    if (heading.level >= level) continue
    level = heading.level
    const end = headings.find((each) => each.line > heading.line)?.line ?? prose.length + 1
    sections.push(prose.slice(heading.line, end - 1).join('\n'))
  }
  return sections
}

const top: Heading = { level: 0, text: '', anchor: '', line: 0 }
