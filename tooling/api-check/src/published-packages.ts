import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A package that others install. */
export interface PublishedPackage {
  readonly name: string
  /** `packages/producer`. */
  readonly folder: string
  readonly room: string
  /** Doors by their specifier: the source file below `src`. */
  readonly doors: ReadonlyMap<string, string>
}

/** The published packages of a repository, by folder. */
export function publishedPackages(root: string): readonly PublishedPackage[] {
  return globSync('packages/*/package.json', { cwd: root })
    .toSorted()
    .flatMap((path): PublishedPackage[] => {
      const manifest = JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest
      if (manifest.private === true) return []
      const folder = dirname(path).replaceAll('\\', '/')
      const doors = Object.entries(manifest.exports ?? {}).flatMap(([door, target]) =>
        typeof target === 'string' && target.endsWith('.ts')
          ? [[join(manifest.name, door), target.replace('./src/', '')] as const]
          : [],
      )
      return [{ name: manifest.name, folder, room: folder.split('/')[1] ?? '', doors: new Map(doors) }]
    })
}

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, unknown>>
}
