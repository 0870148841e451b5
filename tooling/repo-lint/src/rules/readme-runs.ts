import type { Problem } from '../problem.ts'
import type { RepoView } from '../repo-view.ts'

/** The README of every published package shows code, and a test runs it: what nobody runs rots. */
export function readmeRuns(repo: RepoView): readonly Problem[] {
  return repo.packages
    .filter((each) => each.published)
    .flatMap((one): Problem[] => {
      const path = `${one.folder}/README.md`
      const readme = repo.files.get(path)
      // published-manifests reports a missing README.
      if (readme === undefined) return []
      if (!/^```ts$/m.test(readme))
        return [{ path, message: 'shows no ```ts block: start with one that runs' }]
      const tests = one.sources.filter((each) => /\/test\/readme(?:[.-][a-z.-]+)?\.test\.ts$/.test(each.path))
      if (tests.some((each) => each.text.includes('README.md'))) return []
      return [{ path, message: 'is run by no test: add test/readme.test.ts or test/readme.embedded.test.ts' }]
    })
}
