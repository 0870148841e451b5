import { isBuiltin } from 'node:module'
import type { Problem } from '../problem.ts'
import type { PackageView, RepoView } from '../repo-view.ts'

/**
 * What `src` imports, types too, is in `dependencies` or `peerDependencies` (declarations travel with the package, so a
 * type from a development dependency would be missing at the user's); what tests import may also be in
 * `devDependencies`, or in those of the root.
 */
export function declaredDependencies(repo: RepoView): readonly Problem[] {
  const rootNames = Object.keys(repo.rootManifest.devDependencies ?? {})
  return repo.packages.flatMap((one) => problemsOf(one, rootNames))
}

function problemsOf(one: PackageView, rootNames: readonly string[]): readonly Problem[] {
  const { manifest } = one
  const shipped = new Set(
    [manifest.dependencies, manifest.peerDependencies, manifest.optionalDependencies].flatMap((each) =>
      Object.keys(each ?? {}),
    ),
  )
  const forTests = new Set([...shipped, ...Object.keys(manifest.devDependencies ?? {}), ...rootNames])
  // Nothing of an app or a tool is published, so where its dependency is declared changes nothing for anybody.
  const forSource = one.published ? shipped : forTests
  const problems: Problem[] = []
  for (const source of one.sources) {
    const allowed = source.path.startsWith(`${one.folder}/src/`) ? forSource : forTests
    for (const { specifier, line } of source.imports) {
      if (specifier.startsWith('.') || isBuiltin(specifier)) continue
      const name = packageName(specifier)
      if (name === manifest.name || allowed.has(name)) continue
      const hint = forTests.has(name) ? 'only a development dependency' : 'not declared in package.json'
      problems.push({ path: source.path, line, message: `imports ${specifier}, which is ${hint}` })
    }
  }
  return problems
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
