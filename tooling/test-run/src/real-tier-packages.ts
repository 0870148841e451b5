import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Names of the packages that have tests against real servers; starting the runner in the others costs seconds each. */
export function findRealTierPackages(root: string): readonly string[] {
  const folders = globSync('{packages,apps,tooling}/*/package.json', { cwd: root })
    .map((path) => join(root, dirname(path)))
    .filter((folder) => existsSync(join(folder, 'test')))
  return folders
    .filter((cwd) => globSync('test/**/*.kafka.test.ts', { cwd }).length > 0)
    .map((folder) => nameOf(join(folder, 'package.json')))
    .toSorted((one, other) => one.localeCompare(other))
}

function nameOf(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly name: string }).name
}
