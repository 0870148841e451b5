import type { SchemaNames } from '@headwater/avro'
import type { SchemasProblem } from './schemas-problem.ts'

/** Which file a full name leads to. */
export interface NameIndex {
  fileOf(fullName: string): string | undefined
  /** Whether several files define the name and none of them is the file of that type. */
  isAmbiguous(fullName: string): boolean
  /** Known full names with the same last part, sorted. */
  namesLike(fullName: string): readonly string[]
  readonly duplicates: readonly SchemasProblem[]
}

interface Definition {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly isRoot: boolean
}

/**
 * A name leads to the file whose outermost type it is, else to the only file that defines it inside. Two files may
 * each define the same inner type, since a registry keeps them apart; a duplicate is a problem when both are the
 * outermost type, or when a third file uses the name and could mean either.
 */
export function createNameIndex(files: ReadonlyMap<string, SchemaNames>): NameIndex {
  const definitions = new Map<string, Definition[]>()
  for (const [file, names] of files) {
    for (const { fullName, line, column } of names.defined) {
      const known = definitions.get(fullName) ?? []
      if (known.some((definition) => definition.file === file)) continue
      definitions.set(fullName, [...known, { file, line, column, isRoot: fullName === names.root }])
    }
  }
  const candidatesOf = (fullName: string): readonly Definition[] => {
    const all = definitions.get(fullName) ?? []
    const roots = all.filter(({ isRoot }) => isRoot)
    return roots.length > 0 ? roots : all
  }
  const used = new Set(
    [...files.values()].flatMap((names) => names.used.flatMap(({ candidates }) => candidates)),
  )
  const duplicates = [...definitions.keys()].flatMap((fullName) => {
    const [first, ...others] = candidatesOf(fullName)
    if (first === undefined || others.length === 0 || (!first.isRoot && !used.has(fullName))) return []
    return others.map(({ file, line, column }): SchemasProblem => ({
      code: 'duplicate-full-name',
      file,
      line,
      column,
      message: `${fullName} is defined in ${first.file}:${first.line} already`,
      fix: 'keep one definition and refer to it by its name, or rename one of the two',
    }))
  })
  return {
    fileOf: (fullName) => {
      const candidates = candidatesOf(fullName)
      return candidates.length === 1 || candidates[0]?.isRoot === true ? candidates[0]?.file : undefined
    },
    isAmbiguous: (fullName) => candidatesOf(fullName).length > 1,
    namesLike: (fullName) => {
      const last = fullName.slice(fullName.lastIndexOf('.') + 1).toLowerCase()
      return [...definitions.keys()]
        .filter((name) => name.slice(name.lastIndexOf('.') + 1).toLowerCase() === last)
        .toSorted()
        .slice(0, 3)
    },
    duplicates,
  }
}
