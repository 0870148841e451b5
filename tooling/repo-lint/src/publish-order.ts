import type { PackageView } from './repo-view.ts'

/**
 * Packages so that each comes after those that it needs: whoever installs one in the middle of a release finds them all.
 *
 * @throws Error for packages that need each other
 */
export function publishOrder(packages: readonly PackageView[]): readonly PackageView[] {
  const byName = new Map(packages.map((one) => [one.manifest.name ?? '', one]))
  const ordered = new Set<PackageView>()
  const visit = (one: PackageView, above: readonly PackageView[]): void => {
    if (ordered.has(one)) return
    if (above.includes(one)) throw new Error(`${[...above, one].map(({ folder }) => folder).join(' needs ')}`)
    for (const name of Object.keys({ ...one.manifest.dependencies, ...one.manifest.peerDependencies })) {
      const needed = byName.get(name)
      if (needed !== undefined) visit(needed, [...above, one])
    }
    ordered.add(one)
  }
  for (const one of packages) visit(one, [])
  return [...ordered]
}
