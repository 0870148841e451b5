import { scope } from '../floor-table.ts'
import type { Problem } from '../problem.ts'
import type { Manifest, PackageView, RepoView } from '../repo-view.ts'

/** Every published package carries what its users need, and what they get mirrors what the workspace sees. */
export function publishedManifests(repo: RepoView): readonly Problem[] {
  const licence = repo.files.has('LICENSE')
    ? []
    : [{ path: 'LICENSE', message: 'is missing: packing copies it into every package' }]
  return [
    ...licence,
    ...repo.packages.filter((each) => each.published).flatMap((one) => problemsOf(one, repo)),
  ]
}

function problemsOf(one: PackageView, repo: RepoView): readonly Problem[] {
  const { manifest } = one
  const facts: readonly (readonly [boolean, string])[] = [
    [manifest.name === nameOf(one.room), `name is not ${nameOf(one.room)}, after its folder`],
    [(manifest.description ?? '').length > 10, 'has no description'],
    [manifest.license === repo.rootManifest.license, "license differs from the root's"],
    [manifest.type === 'module', 'type is not "module"'],
    [manifest.sideEffects === false, 'sideEffects is not false'],
    [manifest.engines?.node === '>=22.15', 'engines.node is not ">=22.15"'],
    [manifest.repository?.directory === one.folder, `repository.directory is not "${one.folder}"`],
    [manifest.files?.includes('dist') === true, 'files does not name dist'],
    // Sources would double what everybody downloads, and the built files are the same code without the types.
    [manifest.files?.includes('src') !== true, 'files names src, which nobody needs beside dist'],
    [manifest.publishConfig?.access === 'public', 'publishConfig.access is not "public"'],
    [manifest.exports?.['.'] === './src/index.ts', 'exports["."] is not "./src/index.ts", the one door'],
    [
      sameShape(manifest.publishConfig?.exports, builtExports(manifest)),
      'publishConfig.exports does not mirror exports',
    ],
    [sameShape(manifest.publishConfig?.bin, builtBin(manifest)), 'publishConfig.bin does not mirror bin'],
    [repo.files.has(`${one.folder}/README.md`), 'has no README.md'],
  ]
  return facts
    .filter(([holds]) => !holds)
    .map(([, message]) => ({ path: `${one.folder}/package.json`, message }))
}

/** `npm create headwater` looks for a package without a scope. */
const nameOf = (room: string): string => (room.startsWith('create-') ? room : `${scope}${room}`)

const built = (source: string, ending: string): string =>
  source.replace('./src/', './dist/').replace(/\.ts$/, ending)

function builtExports(manifest: Manifest): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(manifest.exports ?? {}).map(([door, target]) => [
      door,
      typeof target === 'string' && target.endsWith('.ts')
        ? { types: built(target, '.d.ts'), default: built(target, '.js') }
        : target,
    ]),
  )
}

function builtBin(manifest: Manifest): Readonly<Record<string, string>> | undefined {
  if (manifest.bin === undefined) return undefined
  return Object.fromEntries(
    Object.entries(manifest.bin).map(([name, target]) => [name, built(target, '.js')]),
  )
}

/** The order of conditions decides which one a resolver takes, so it counts. */
function sameShape(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
