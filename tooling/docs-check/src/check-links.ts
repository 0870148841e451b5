import { posix } from 'node:path'
import type { Problem } from './problem.ts'
import type { MarkdownPage } from './read-markdown.ts'

/** What came of the links of all documents. */
export interface LinkReport {
  readonly problems: readonly Problem[]
  /** Links to files and folders of this repository. */
  readonly inside: number
  /** Of these, and of links within a page, those that name an anchor. */
  readonly anchors: number
  /** Addresses elsewhere, each once: their syntax is checked, nobody is asked whether they answer. */
  readonly outside: readonly string[]
}

/**
 * Follows every link of every document: files and folders must be there, anchors must be headings by GitHub's rule.
 *
 * @param paths - all files of the repository, relative to its root
 */
export function checkLinks(pages: readonly MarkdownPage[], paths: ReadonlySet<string>): LinkReport {
  const byPath = new Map(pages.map((page) => [page.path, page]))
  const folders = new Set([...paths].flatMap(foldersOf))
  const outside = new Set<string>()
  const problems: Problem[] = []
  let inside = 0
  let anchors = 0
  for (const page of pages) {
    for (const { target, line } of page.links) {
      const refuse = (message: string): number => problems.push({ path: page.path, line, message })
      if (/^[a-z][a-z+.-]*:/i.test(target)) {
        if (!isAddress(target)) refuse(`links to ${target}, which is no address: https, http or mailto`)
        outside.add(target)
        continue
      }
      const [file = '', anchor] = target.split('#', 2)
      if (file.startsWith('/')) {
        refuse(`links to ${target}: write it relative to this page`)
        continue
      }
      const path =
        file === '' ? page.path : posix.join(posix.dirname(page.path), decodeURI(file)).replace(/\/$/, '')
      if (file !== '') inside += 1
      if (!paths.has(path) && !folders.has(path) && path !== '.') {
        refuse(`links to ${file}, which is not there`)
        continue
      }
      if (anchor === undefined) continue
      anchors += 1
      const there = byPath.get(path)
      if (there === undefined) {
        refuse(`links to ${target}: only documents have anchors`)
      } else if (![...there.headings.map((each) => each.anchor), ...there.ownAnchors].includes(anchor)) {
        refuse(`links to #${anchor}, but ${path} has no such heading`)
      }
    }
  }
  return { problems, inside, anchors, outside: [...outside].sort() }
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

function isAddress(target: string): boolean {
  if (!URL.canParse(target)) return false
  const { protocol, hostname } = new URL(target)
  return protocol === 'mailto:' || (/^https?:$/.test(protocol) && hostname !== '')
}
