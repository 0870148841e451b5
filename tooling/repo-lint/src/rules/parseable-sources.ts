import type { Problem } from '../problem.ts'
import type { RepoView } from '../repo-view.ts'

/** Every source can be read, for a rule that cannot read a file would pass it unseen. */
export function parseableSources(repo: RepoView): readonly Problem[] {
  return repo.packages
    .flatMap((each) => each.sources)
    .flatMap(({ path, syntaxError }) => (syntaxError === undefined ? [] : [{ path, message: syntaxError }]))
}
