import { floorTable, roomOf } from './floor-table.ts'
import type { PackageView, RepoView } from './repo-view.ts'

/** Where the map stands in DESIGN.md. */
export const houseMapMarkers: { readonly start: string; readonly end: string } = {
  start: '<!-- house:start -->',
  end: '<!-- house:end -->',
}

/**
 * The map of the house as Markdown: every package with what its sources import, read from the imports themselves, and which of the
 * others the floor table would allow it besides. `base` is left out, since all may import it.
 */
export function houseMap(repo: RepoView): string {
  const packages = repo.packages.toSorted((one, other) => (one.folder < other.folder ? -1 : 1))
  const published = packages.filter(({ published: isPublished }) => isPublished)
  const rooms = new Set(published.map(({ room }) => room))
  const others = packages.filter(({ published: isPublished }) => !isPublished)
  return [
    table(
      ['package', 'what it is', 'imports', 'as types only', 'may, and does not'],
      published.map((one) => publishedRow(one, rooms)),
    ),
    table(['beside them', 'what it is', 'imports'], others.map(otherRow)),
  ].join('\n\n')
}

function publishedRow(one: PackageView, rooms: ReadonlySet<string>): readonly string[] {
  const { values, types } = importsOf(one)
  const { imports = [], typeImports = [] } = floorTable[one.room] ?? {}
  const unused = [...imports, ...typeImports].filter(
    (room) => rooms.has(room) && !values.includes(room) && !types.includes(room),
  )
  return [
    code([one.room]),
    one.manifest.description ?? '',
    code(values),
    code(types),
    code(unused.toSorted()),
  ]
}

function otherRow(one: PackageView): readonly string[] {
  const { values, types } = importsOf(one)
  return [code([one.folder]), one.manifest.description ?? '', code([...values, ...types].toSorted())]
}

/** Rooms that `src` imports, for their values or for their types alone. */
function importsOf({ room: own, folder, sources }: PackageView): {
  readonly values: readonly string[]
  readonly types: readonly string[]
} {
  const values = new Set<string>()
  const types = new Set<string>()
  for (const { path, imports } of sources) {
    if (!path.startsWith(`${folder}/src/`)) continue
    for (const { specifier, typeOnly } of imports) {
      const room = roomOf(specifier)
      if (room !== undefined && room !== own && room !== 'base') (typeOnly ? types : values).add(room)
    }
  }
  return { values: [...values].toSorted(), types: [...types].filter((room) => !values.has(room)).toSorted() }
}

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
