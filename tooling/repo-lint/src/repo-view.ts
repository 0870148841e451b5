import { readSource, type SourceView } from './read-source.ts'

/** What the rules read of a package.json. */
export interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly private?: boolean
  readonly description?: string
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: boolean
  readonly files?: readonly string[]
  readonly scripts?: Readonly<Record<string, string>>
  readonly repository?: { readonly directory?: string }
  readonly engines?: { readonly node?: string }
  readonly exports?: Readonly<Record<string, unknown>>
  readonly bin?: Readonly<Record<string, string>>
  readonly publishConfig?: {
    readonly access?: string
    readonly exports?: Readonly<Record<string, unknown>>
    readonly bin?: Readonly<Record<string, string>>
  }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** One package of the workspace. */
export interface PackageView {
  /** `packages/producer`. */
  readonly folder: string
  /** `packages`, `apps` or `tooling`. */
  readonly kind: string
  /** The folder's own name: `producer`. */
  readonly room: string
  readonly manifest: Manifest
  /** Parsed sources of `src` and `test`. */
  readonly sources: readonly SourceView[]
  /** Published packages are those under `packages/` that are not private. */
  readonly published: boolean
}

/** The whole repository as the rules see it: no rule opens a file of its own. */
export interface RepoView {
  /** Text by path, relative to the root, with `/`. */
  readonly files: ReadonlyMap<string, string>
  readonly rootManifest: Manifest
  readonly packages: readonly PackageView[]
}

const manifestPath = /^(?<kind>packages|apps|tooling)\/(?<room>[^/]+)\/package\.json$/
const sourcePath = /^[^/]+\/[^/]+\/(?:src|test)\/.*\.ts$/

/** Builds the view from file texts by path; tests hand in a few made-up files. */
export function createRepoView(files: ReadonlyMap<string, string>): RepoView {
  const packages: PackageView[] = []
  for (const [path, text] of files) {
    const match = manifestPath.exec(path)
    if (match?.groups === undefined) continue
    const { kind = '', room = '' } = match.groups
    const folder = `${kind}/${room}`
    const manifest = JSON.parse(text) as Manifest
    const sources = [...files]
      .filter(([source]) => source.startsWith(`${folder}/`) && sourcePath.test(source))
      .filter(([source]) => !isSample(source))
      .map(([source, sourceText]) => readSource(source, sourceText))
    packages.push({
      folder,
      kind,
      room,
      manifest,
      sources,
      published: kind === 'packages' && manifest.private !== true,
    })
  }
  return { files, rootManifest: JSON.parse(files.get('package.json') ?? '{}') as Manifest, packages }
}

/** Fixtures, golden files and templates are data: they may look like anything. */
export function isSample(path: string): boolean {
  return /(?:^|\/)(?:fixtures|golden|seeds|templates)\//.test(path)
}
