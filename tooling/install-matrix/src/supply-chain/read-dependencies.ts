import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'

/** A package of somebody else that comes with one of ours. */
export interface Dependency {
  readonly name: string
  readonly version: string
  /** As its package.json says, an SPDX expression; `unknown` when it says nothing. */
  readonly licence: string
  /** `sha512-...` of its tarball, from the lockfile; undefined when it does not come from a registry. */
  readonly integrity: string | undefined
  /** What a package manager would run when it installs it. */
  readonly installScripts: readonly string[]
  /** Our packages that bring it, by name, sorted. */
  readonly broughtBy: readonly string[]
  /** Keys of {@link DependencyTree.dependencies} that it needs, sorted. */
  readonly needs: readonly string[]
}

/** Everything that the published packages bring along. */
export interface DependencyTree {
  /** By `name@version`, sorted. */
  readonly dependencies: ReadonlyMap<string, Dependency>
  /** What each published package needs directly: names of ours, `name@version` of others. Sorted. */
  readonly packages: ReadonlyMap<string, readonly string[]>
}

type Named = Readonly<Record<string, string>>

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly license?: string
  readonly scripts?: Named
  readonly dependencies?: Named
  readonly optionalDependencies?: Named
  readonly peerDependencies?: Named
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

interface Lockfile {
  readonly importers: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, { readonly version: string }>>>>>
  >
  readonly packages: Readonly<Record<string, { readonly resolution: { readonly integrity?: string } }>>
  readonly snapshots: Readonly<
    Record<string, { readonly dependencies?: Named; readonly optionalDependencies?: Named }>
  >
}

/** What npm and its likes run by themselves for a package that somebody installs. */
const installHooks = ['preinstall', 'install', 'postinstall']

/**
 * Reads the lockfile from the published packages downwards, required peers included, and the installed package.json of
 * everything found. Nobody's development dependencies are in it. `statedElsewhere` gives the licences that no package.json does.
 */
export function readDependencies(
  root: string,
  statedElsewhere: Readonly<Record<string, { readonly licence: string }>>,
): DependencyTree {
  const lockfile = parse(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')) as Lockfile
  const dependencies = new Map<string, Dependency>()
  const packages = new Map<string, readonly string[]>()

  /** Adds what lies at `place` and below, and gives its key. */
  const add = (ours: string, from: string, name: string, reference: string): string => {
    const snapshot =
      lockfile.snapshots[`${name}@${reference}`] === undefined ? reference : `${name}@${reference}`
    const key = snapshot.replace(/\(.*$/, '')
    const place = resolve(from, name)
    if (place === undefined) throw new Error(`${key} is in the lockfile and not installed: run pnpm install`)
    const known = dependencies.get(key)
    if (known?.broughtBy.includes(ours) === true) return key
    const manifest = readManifest(place)
    const at = key.lastIndexOf('@')
    const entry: Dependency = {
      name: key.slice(0, at),
      version: key.slice(at + 1),
      licence: manifest.license ?? statedElsewhere[manifest.name]?.licence ?? 'unknown',
      integrity: lockfile.packages[key]?.resolution.integrity,
      installScripts: scriptsOf(manifest, place),
      broughtBy: [...(known?.broughtBy ?? []), ours].toSorted(),
      needs: known?.needs ?? [],
    }
    // Set before going down, so that two that need one another come to an end.
    dependencies.set(key, entry)
    const { dependencies: below, optionalDependencies } = lockfile.snapshots[snapshot] ?? {}
    const needs = Object.entries({ ...below, ...optionalDependencies }).map(([each, version]) =>
      add(ours, place, each, version),
    )
    dependencies.set(key, { ...entry, needs: [...new Set(needs)].toSorted() })
    return key
  }

  for (const path of globSync('packages/*/package.json', { cwd: root }).toSorted()) {
    const folder = dirname(path)
    const manifest = readManifest(join(root, folder))
    if (manifest.private === true) continue
    const importer = lockfile.importers[folder] ?? {}
    const needs = shippedNames(manifest).map((name) => {
      const found =
        importer['dependencies']?.[name] ??
        importer['optionalDependencies']?.[name] ??
        importer['devDependencies']?.[name]
      if (found === undefined)
        throw new Error(`${name} of ${folder} is not in the lockfile: run pnpm install`)
      return found.version.startsWith('link:')
        ? name
        : add(manifest.name, join(root, folder), name, found.version)
    })
    packages.set(manifest.name, needs.toSorted())
  }
  return { dependencies: new Map([...dependencies].toSorted(([a], [b]) => (a < b ? -1 : 1))), packages }
}

/** What comes with a package by itself; a peer's version is the one that its tests use. */
function shippedNames(manifest: Manifest): readonly string[] {
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter(
    (name) => manifest.peerDependenciesMeta?.[name]?.optional !== true,
  )
  return [...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }), ...peers]
}

function scriptsOf(manifest: Manifest, place: string): readonly string[] {
  const named = installHooks.filter((name) => manifest.scripts?.[name] !== undefined)
  // A package with this file is compiled at install though it names no script.
  return existsSync(join(place, 'binding.gyp')) ? [...named, 'binding.gyp'] : named
}

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

/** The real folder of a package as Node finds it from another one. */
function resolve(from: string, name: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const place = join(at, 'node_modules', name)
    if (existsSync(join(place, 'package.json'))) return realpathSync(place)
    if (at === dirname(at)) return undefined
  }
}
