import { floorTable, roomOf } from '../floor-table.ts'
import type { Problem } from '../problem.ts'
import type { PackageView, RepoView } from '../repo-view.ts'

/**
 * Holds the dependencies of every published package to the floor table. `dependencies` may name what the row imports,
 * `peerDependencies` also what it imports as types, `devDependencies` also `embedded`, for the tests.
 */
export function floorManifests(repo: RepoView): readonly Problem[] {
  return repo.packages.filter((each) => each.kind === 'packages').flatMap(problemsOf)
}

function problemsOf(one: PackageView): readonly Problem[] {
  const allowed = floorTable[one.room]
  // floor-imports reports a package without a row.
  if (allowed === undefined) return []
  const path = `${one.folder}/package.json`
  const { manifest } = one
  const runtime = one.room === 'base' ? [] : ['base', ...allowed.imports]
  const types = [...runtime, ...allowed.typeImports]
  // `embedded` tests itself; for all others it is a tool of the tests.
  const tests = one.room === 'base' || one.room === 'embedded' ? types : [...types, 'embedded']
  const problems: Problem[] = []
  const hold = (
    field: string,
    named: Readonly<Record<string, string>> | undefined,
    rooms: readonly string[],
  ): void => {
    for (const name of Object.keys(named ?? {})) {
      const room = roomOf(name)
      if (room === undefined || rooms.includes(room)) continue
      problems.push({ path, message: `${field} names ${name}, which the floor table does not allow there` })
    }
  }
  hold('dependencies', manifest.dependencies, runtime)
  hold('optionalDependencies', manifest.optionalDependencies, runtime)
  hold('peerDependencies', manifest.peerDependencies, types)
  hold('devDependencies', manifest.devDependencies, tests)
  if (one.room === 'base' && Object.keys(manifest.dependencies ?? {}).length > 0) {
    problems.push({ path, message: 'base has no dependency at all: every package carries what base carries' })
  }
  return problems
}
