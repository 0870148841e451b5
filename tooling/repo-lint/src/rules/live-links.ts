import { posix } from 'node:path'
import type { Problem } from '../problem.ts'
import { isSample, type RepoView } from '../repo-view.ts'

const link = /\]\((?<target>[^)\s]+)(?:\s+"[^"]*")?\)/g

/** A link of a document to a file or folder of this repository leads somewhere. */
export function liveLinks(repo: RepoView): readonly Problem[] {
  const paths = [...repo.files.keys()]
  const exists = (path: string): boolean =>
    path === '.' || repo.files.has(path) || paths.some((each) => each.startsWith(`${path}/`))
  return [...repo.files]
    .filter(([path]) => path.endsWith('.md') && !isSample(path))
    .flatMap(([path, text]) =>
      text.split('\n').flatMap((content, index): Problem[] =>
        [...content.matchAll(link)].flatMap((match) => {
          const target = (match.groups?.['target'] ?? '').split('#')[0] ?? ''
          if (target === '' || /^[a-z]+:/.test(target)) return []
          const resolved = posix.join(posix.dirname(path), target).replace(/\/$/, '')
          return exists(resolved)
            ? []
            : [{ path, line: index + 1, message: `links to ${target}, which is not there` }]
        }),
      ),
    )
}
