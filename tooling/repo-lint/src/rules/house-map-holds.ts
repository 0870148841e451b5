import { houseMap, houseMapMarkers } from '../house-map.ts'
import { roomOf } from '../floor-table.ts'
import type { Problem } from '../problem.ts'
import type { RepoView } from '../repo-view.ts'

const path = 'DESIGN.md'

/** The map in DESIGN.md is the one that the imports give, and its floors hold: no import goes up. */
export function houseMapHolds(repo: RepoView): readonly Problem[] {
  const text = repo.files.get(path)
  if (text === undefined) return []
  const { start, end } = houseMapMarkers
  const [, written] = text.split(start)
  if (written === undefined || !written.includes(end))
    return [{ path, message: `has no place for the map of the house, between ${start} and ${end}` }]
  const line = text.slice(0, text.indexOf(start)).split('\n').length
  const isCurrent = plain(written.split(end)[0] ?? '') === plain(houseMap(repo))
  return [
    ...(isCurrent
      ? []
      : [{ path, line, message: 'shows another house than the imports give: pnpm house-map' }]),
    ...floorProblems(repo, floorsOf(text)),
  ]
}

/** Columns are padded by the formatter. */
const plain = (table: string): string => table.replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-').trim()

/** The lines `floor 1  producer  embedded` of the drawing: rooms to floors, the ground being -1. */
function floorsOf(text: string): ReadonlyMap<string, number> {
  return new Map(
    [...text.matchAll(/^(?:floor (\d)|ground) +([a-z-]+(?: +[a-z-]+)*)(?: {3,}.*)?$/gm)].flatMap(
      ([, floor, rooms = '']) =>
        rooms.split(/ +/).map((room) => [room, floor === undefined ? -1 : Number(floor)] as const),
    ),
  )
}

function floorProblems(repo: RepoView, floors: ReadonlyMap<string, number>): readonly Problem[] {
  return repo.packages
    .filter(({ published }) => published)
    .flatMap((one): Problem[] => {
      const own = floors.get(one.room)
      if (own === undefined) return [{ path, message: `draws no floor for ${one.room}` }]
      const sources = one.sources.filter((source) => source.path.startsWith(`${one.folder}/src/`))
      return sources.flatMap(({ path: file, imports }) =>
        imports.flatMap(({ specifier, line }): Problem[] => {
          const floor = floors.get(roomOf(specifier) ?? one.room)
          if (floor !== undefined && floor <= own) return []
          return [
            { path: file, line, message: `imports ${specifier}, which DESIGN.md draws above ${one.room}` },
          ]
        }),
      )
    })
}
