import type { Problem } from '../problem.ts'
import type { RepoView } from '../repo-view.ts'

/** All published packages carry one version: a user who mixes versions must have done so by hand. */
export function oneVersion(repo: RepoView): readonly Problem[] {
  const [first, ...others] = repo.packages.filter((each) => each.published)
  return others
    .filter((each) => each.manifest.version !== first?.manifest.version)
    .map((each) => ({
      path: `${each.folder}/package.json`,
      message: `version ${each.manifest.version} differs from ${first?.manifest.version} of ${first?.folder}`,
    }))
}
