import type { Problem } from '../problem.ts'
import { isSample, type RepoView } from '../repo-view.ts'

/** What pnpm itself understands, as far as our documents use it. */
const pnpmsOwn = new Set(['add', 'exec', 'install', 'pack', 'run'])
const command = /(?:^|[`\s(])pnpm(?:@[\d.]+)? (?<filter>--filter[ =]\S+ )?(?<script>[a-z][a-z:-]*)/g

/** A `pnpm x` in code of a document is a script that exists: at the root, or in some package behind `--filter`. */
export function documentedCommands(repo: RepoView): readonly Problem[] {
  const ofRoot = new Set(Object.keys(repo.rootManifest.scripts ?? {}))
  const ofPackages = new Set(repo.packages.flatMap((each) => Object.keys(each.manifest.scripts ?? {})))
  return [...repo.files]
    .filter(([path]) => path.endsWith('.md') && !path.endsWith('CHANGELOG.md') && !isSample(path))
    .flatMap(([path, text]) =>
      codeLines(text).flatMap(({ line, code }): Problem[] =>
        [...code.matchAll(command)].flatMap(({ groups }) => {
          const script = groups?.['script'] ?? ''
          const known = groups?.['filter'] === undefined ? ofRoot : ofPackages
          if (known.has(script) || pnpmsOwn.has(script)) return []
          return [{ path, line, message: `tells people to run pnpm ${script}, which is no script` }]
        }),
      ),
    )
}

/** Fenced blocks and code spans: a sentence may say "pnpm is ..." without meaning a command. */
function codeLines(text: string): readonly { readonly line: number; readonly code: string }[] {
  let inFence = false
  return text.split('\n').flatMap((content, index) => {
    if (content.startsWith('```')) {
      inFence = !inFence
      return []
    }
    const pieces = inFence ? [content] : [...content.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')
    return pieces.map((code) => ({ line: index + 1, code }))
  })
}
