import { posix } from 'node:path'
import { scope } from '../floor-table.ts'
import type { Problem } from '../problem.ts'
import type { RepoView } from '../repo-view.ts'

/** A package is entered by the doors that its `exports` name, never by a path into its inside. */
export function frontDoors(repo: RepoView): readonly Problem[] {
  const doors = new Map(
    repo.packages.map((each) => [each.manifest.name ?? '', Object.keys(each.manifest.exports ?? {})]),
  )
  return repo.packages.flatMap((one) =>
    one.sources.flatMap((source) =>
      source.imports.flatMap(({ specifier, line }): Problem[] => {
        if (specifier.startsWith('.')) {
          const target = posix.normalize(posix.join(posix.dirname(source.path), specifier))
          if (target.startsWith(`${one.folder}/`)) return []
          return [
            { path: source.path, line, message: `${specifier} leaves the package: import it by its name` },
          ]
        }
        if (!specifier.startsWith(scope)) return []
        const [, room = '', ...inside] = specifier.split('/')
        const known = doors.get(`${scope}${room}`)
        if (known === undefined)
          return [{ path: source.path, line, message: `${specifier}: no such package here` }]
        if (known.includes(inside.length === 0 ? '.' : `./${inside.join('/')}`)) return []
        return [{ path: source.path, line, message: `${specifier} is no door of ${scope}${room}` }]
      }),
    ),
  )
}
