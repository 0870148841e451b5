import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readmeExample } from './readme-example.ts'

/** What a cell has to know about a published package. */
export interface PublishedPackage {
  readonly name: string
  readonly version: string
  /** `packages/producer`. */
  readonly folder: string
  /** Specifiers that can be imported with nothing but required peers installed. */
  readonly doors: readonly string[]
  /** Specifiers that need optional peers, which are installed after the package was tried alone. */
  readonly laterDoors: readonly string[]
  /** The peers of {@link laterDoors}. */
  readonly laterPeers: readonly string[]
  /** Names of commands. */
  readonly bins: readonly string[]
  /** Peers that are not optional, by name. */
  readonly peers: readonly string[]
  /** The first example of its README; undefined when it has none. */
  readonly example: string | undefined
  /** Versions of everything that the example may import beside the package, by name. */
  readonly versions: Readonly<Record<string, string>>
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, unknown>>
  readonly bin?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** Doors for users of an optional peer, which a package alone does not bring. Those without peers here are not tried. */
const doorsWithPeers: Readonly<Record<string, readonly string[]>> = {
  '@headwater/embedded/vitest': [],
  '@headwater/metrics/otel': ['@opentelemetry/api'],
}

/** All packages below `packages/` that are published, by name. `catalog` gives the versions behind `catalog:`. */
export function readPackages(
  root: string,
  catalog: Readonly<Record<string, string>>,
): readonly PublishedPackage[] {
  const found = globSync('packages/*/package.json', { cwd: root })
    .toSorted()
    .map((path) => ({
      folder: path.slice(0, -'/package.json'.length),
      manifest: readManifest(join(root, path)),
    }))
    .filter(({ manifest }) => manifest.private !== true)
  const ours = Object.fromEntries(found.map(({ manifest }) => [manifest.name, manifest.version]))
  return found.map(({ folder, manifest }) => {
    const optional = manifest.peerDependenciesMeta ?? {}
    const doors = Object.keys(manifest.exports ?? {})
      .filter((door) => door !== './package.json')
      .map((door) => manifest.name + door.slice(1))
    const laterDoors = doors.filter((door) => (doorsWithPeers[door] ?? []).length > 0)
    return {
      name: manifest.name,
      version: manifest.version,
      folder,
      doors: doors.filter((door) => doorsWithPeers[door] === undefined),
      laterDoors,
      laterPeers: [...new Set(laterDoors.flatMap((door) => doorsWithPeers[door] ?? []))],
      bins: Object.keys(manifest.bin ?? {}),
      peers: Object.keys(manifest.peerDependencies ?? {}).filter((name) => optional[name]?.optional !== true),
      example: existsSync(join(root, folder, 'README.md'))
        ? readmeExample(readFileSync(join(root, folder, 'README.md'), 'utf8'))
        : undefined,
      versions: { ...catalog, ...ours },
    }
  })
}

const readManifest = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest
