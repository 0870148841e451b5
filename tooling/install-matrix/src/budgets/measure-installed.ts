import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What an installation of one package weighs. */
export interface Installed {
  /** Bytes of all files of the package and of everything below it. */
  readonly bytes: number
  /** Names with versions of all packages below it, sorted, each once. */
  readonly dependencies: readonly string[]
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/**
 * Follows the dependencies of an installed package as Node resolves them, so that it measures the same however a package
 * manager lays out its folder, and nothing that somebody else brought.
 */
export function measureInstalled(folder: string, name: string): Installed {
  const start = resolve(folder, name)
  if (start === undefined) throw new Error(`${name} is not installed in ${folder}`)
  const found = new Map<string, Manifest>()
  const open = [start]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (found.has(place)) continue
    const manifest = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as Manifest
    found.set(place, manifest)
    const { dependencies, optionalDependencies, peerDependencies } = manifest
    for (const below of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      // An optional one may be absent.
      const next = resolve(place, below)
      if (next !== undefined) open.push(next)
    }
  }
  const below = [...found]
    .filter(([place]) => place !== start)
    .map(([, each]) => `${each.name}@${each.version}`)
  return {
    bytes: [...found.keys()].reduce((sum, place) => sum + ownBytes(place), 0),
    dependencies: [...new Set(below)].toSorted(),
  }
}

/** The real folder of a package as seen from another one, by the rules of Node. */
function resolve(from: string, name: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const place = join(at, 'node_modules', name)
    if (existsSync(join(place, 'package.json'))) return realpathSync(place)
    if (at === dirname(at)) return undefined
  }
}

/** Bytes of a package's files, without packages that lie inside. */
function ownBytes(folder: string): number {
  return readdirSync(folder)
    .filter((name) => name !== 'node_modules')
    .reduce((sum, name) => {
      const path = join(folder, name)
      const entry = lstatSync(path)
      return sum + (entry.isDirectory() ? ownBytes(path) : entry.size)
    }, 0)
}
