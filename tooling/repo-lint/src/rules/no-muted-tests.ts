import type { Problem } from '../problem.ts'
import type { RepoView } from '../repo-view.ts'

const runners = new Set(['it', 'test', 'describe', 'suite'])

/** No `.only` ever; `.skip` and its kin only under a comment line that gives the reason. */
export function noMutedTests(repo: RepoView): readonly Problem[] {
  return repo.packages
    .flatMap((each) => each.sources)
    .filter(({ path }) => path.includes('/test/'))
    .flatMap((source) => {
      const lines = source.text.split('\n')
      return source.testCalls.flatMap(({ words: [runner = '', ...rest], line }): Problem[] => {
        if (!runners.has(runner)) return []
        if (rest.includes('only'))
          return [{ path: source.path, line, message: '.only mutes every other test' }]
        if (!rest.some((word) => /^(?:skip|skipIf|todo|fails)$/.test(word))) return []
        const above = lines[line - 2]?.trim() ?? ''
        if (/^(?:\/\/|\*|\/\*)\s*\S.{9}/.test(above)) return []
        return [
          {
            path: source.path,
            line,
            message: `.${rest[0]} without a comment above it that gives the reason`,
          },
        ]
      })
    })
}
