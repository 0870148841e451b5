import { floorTable, roomOf } from '../floor-table.ts'
import type { Problem } from '../problem.ts'
import type { PackageView, RepoView } from '../repo-view.ts'

/** Holds every import of every published package, type imports too, to the floor table. */
export function floorImports(repo: RepoView): readonly Problem[] {
  return repo.packages.filter((each) => each.kind === 'packages').flatMap(problemsOf)
}

function problemsOf(one: PackageView): readonly Problem[] {
  const allowed = floorTable[one.room]
  if (allowed === undefined) {
    return [{ path: one.folder, message: `has no row in floor-table.ts: give "${one.room}" its floor first` }]
  }
  const problems: Problem[] = []
  for (const source of one.sources) {
    const inTest = source.path.startsWith(`${one.folder}/test/`)
    for (const { specifier, typeOnly, line } of source.imports) {
      const room = roomOf(specifier)
      // A package may import itself by name: its README does.
      if (room === undefined || room === 'base' || room === one.room || allowed.imports.includes(room))
        continue
      if (allowed.typeImports.includes(room) && (typeOnly || inTest)) continue
      if (inTest && room === 'embedded') continue
      const reason = allowed.typeImports.includes(room)
        ? 'may import it as types only: write `import type`'
        : 'may not import it by the floor table'
      problems.push({ path: source.path, line, message: `imports ${specifier}: ${one.room} ${reason}` })
    }
  }
  return problems
}
