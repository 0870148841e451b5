import { posix } from 'node:path'
import type { DeclarationFile, DeclarationView } from './declaration-file.ts'

/** What a name means: its declarations, and the file that they are in. */
export interface ApiSymbol {
  readonly name: string
  readonly path: string
  readonly declarations: readonly DeclarationView[]
  /** A class that can be named, and not made. */
  readonly typeOnly: boolean
}

/** A declaration as those see it who reach it through a symbol. */
export function shapeOf(
  { typeOnly }: ApiSymbol,
  declaration: DeclarationView,
): Pick<DeclarationView, 'text' | 'references' | 'imported'> {
  return (typeOnly ? declaration.asType : undefined) ?? declaration
}

/** All that can be seen through one door. */
export interface DoorApi {
  /** `@headwater/embedded/vitest`. */
  readonly door: string
  /** By name. */
  readonly exported: readonly ApiSymbol[]
  /** Names of other packages that the door hands on. */
  readonly handedOn: readonly { readonly name: string; readonly from: string }[]
  /** What the exported symbols refer to without its being exported: part of what users compile against. */
  readonly behind: readonly ApiSymbol[]
}

/**
 * Collects what a door shows.
 *
 * @param files - the declaration files of one package by path, such as `link/link.d.ts`
 * @param path - that of the door
 * @param earlier - doors of the same package: what they show is not shown again behind this one
 * @throws Error for a name that cannot be found
 */
export function collectDoor(
  door: string,
  path: string,
  files: ReadonlyMap<string, DeclarationFile>,
  earlier: readonly DoorApi[] = [],
): DoorApi {
  const doorFile = fileAt(files, path)
  const exported = new Map<string, ApiSymbol>()
  const handedOn: { name: string; from: string }[] = []
  const behind = new Map<string, ApiSymbol>()
  for (const [name, { typeOnly }] of doorFile.exports) {
    const found = resolveName(files, path, name)
    if ('from' in found) handedOn.push({ name, from: found.from })
    else exported.set(name, { ...found, name, typeOnly })
  }
  const known = new Set([
    ...[...exported.values()].map(keyOf),
    ...earlier.flatMap((each) => [...each.exported, ...each.behind]).map(keyOf),
  ])
  const queue = [...exported.values()]
  for (let symbol = queue.shift(); symbol !== undefined; symbol = queue.shift()) {
    for (const found of referredBy(files, symbol)) {
      if (known.has(keyOf(found))) continue
      known.add(keyOf(found))
      behind.set(keyOf(found), found)
      queue.push(found)
    }
  }
  return {
    door,
    exported: sorted([...exported.values()]),
    handedOn: handedOn.sort((one, other) => compare(one.name, other.name)),
    behind: sorted([...behind.values()]),
  }
}

/** The symbols of the same package that a symbol's types name. */
function referredBy(files: ReadonlyMap<string, DeclarationFile>, symbol: ApiSymbol): readonly ApiSymbol[] {
  return symbol.declarations.flatMap((declaration) => {
    const { references, imported } = shapeOf(symbol, declaration)
    const local = references.map((name) => lookUp(files, symbol.path, name))
    const inline = imported.map(({ from, name }) =>
      from.startsWith('.') ? resolveName(files, join(symbol.path, from), name) : undefined,
    )
    return [...local, ...inline].filter(
      (found): found is ApiSymbol => found !== undefined && !('from' in found),
    )
  })
}

/** A name inside a file: declared there, imported there, or known to every program. */
function lookUp(
  files: ReadonlyMap<string, DeclarationFile>,
  path: string,
  name: string,
): ApiSymbol | { readonly from: string } | undefined {
  const file = fileAt(files, path)
  const declarations = file.declarations.get(name)
  if (declarations !== undefined) return { name, path, declarations, typeOnly: true }
  const imported = file.imports.get(name)
  if (imported === undefined) return undefined
  if (!imported.from.startsWith('.')) return { from: imported.from }
  return resolveName(files, join(path, imported.from), imported.name)
}

/** What a file exports under a name, however many files hand it on. */
function resolveName(
  files: ReadonlyMap<string, DeclarationFile>,
  path: string,
  name: string,
): ApiSymbol | { readonly from: string } {
  const exported = fileAt(files, path).exports.get(name)
  if (exported === undefined) throw new Error(`${path} exports no ${name}`)
  if (exported.from !== undefined) {
    if (!exported.from.startsWith('.')) return { from: exported.from }
    return resolveName(files, join(path, exported.from), exported.name)
  }
  const found = lookUp(files, path, exported.name)
  if (found === undefined) throw new Error(`${path} exports ${name}, which it does not declare`)
  return found
}

function fileAt(files: ReadonlyMap<string, DeclarationFile>, path: string): DeclarationFile {
  const file = files.get(path)
  if (file === undefined) throw new Error(`there is no ${path}`)
  return file
}

/** `./link.ts` seen from `a/b.d.ts`. */
const join = (path: string, specifier: string): string =>
  posix.join(posix.dirname(path), specifier).replace(/\.(?:ts|js)$/, '.d.ts')

const keyOf = ({ path, declarations }: ApiSymbol): string => `${path}#${declarations[0]?.name}`
/** By code unit: the same on every computer. */
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
const sorted = (symbols: readonly ApiSymbol[]): readonly ApiSymbol[] =>
  symbols.toSorted((one, other) => compare(`${one.name}#${one.path}`, `${other.name}#${other.path}`))
