import type { Problem } from '../problem.ts'
import type { RepoView } from '../repo-view.ts'

/** Exports have names: no `export default` outside `*.config.ts`, and no `export *`, which would open a door unseen. */
export function namedExports(repo: RepoView): readonly Problem[] {
  const sources = repo.packages.flatMap((each) => each.sources)
  return sources.flatMap((source) => [
    ...(source.path.endsWith('.config.ts') ? [] : source.defaultExports).map((line) => ({
      path: source.path,
      line,
      message: 'has a default export: give it a name',
    })),
    ...source.starExports.map((line) => ({
      path: source.path,
      line,
      message: 'exports *: list the names, so that a change of the door shows in review',
    })),
  ])
}
