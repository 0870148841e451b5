import type { Problem } from '../problem.ts'
import type { RepoView } from '../repo-view.ts'

/**
 * Dependencies are `catalog:` or, inside this repository, `workspace:*`; so one file says every version. A peer
 * dependency of somebody else's package states the range that its user may bring.
 */
export function pinnedDependencies(repo: RepoView): readonly Problem[] {
  const manifests = [
    { path: 'package.json', manifest: repo.rootManifest },
    ...repo.packages.map((each) => ({ path: `${each.folder}/package.json`, manifest: each.manifest })),
  ]
  const ours = new Set(repo.packages.map(({ manifest }) => manifest.name))
  const isOurs = (name: string): boolean => name.startsWith('@headwater/') || ours.has(name)
  return manifests.flatMap(({ path, manifest }) =>
    (['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const).flatMap(
      (field) =>
        Object.entries(manifest[field] ?? {}).flatMap(([name, range]): Problem[] => {
          const wanted = isOurs(name) ? 'workspace:*' : 'catalog:'
          if (range === wanted) return []
          if (field === 'peerDependencies' && wanted === 'catalog:' && /^[\^>]/.test(range)) return []
          return [{ path, message: `${field} has ${name} at "${range}": write "${wanted}"` }]
        }),
    ),
  )
}
