import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requirePeer } from '../install-peers.ts'
import { runCommand } from '../run-command.ts'

/** Packs every published package as it would be published, into `folder`. Needs `pnpm build` first. */
export async function packPackages(root: string, folder: string): Promise<readonly string[]> {
  const { code, output } = await runCommand(
    ['pnpm', '--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder],
    root,
    process.env,
  )
  if (code !== 0) throw new Error(`pnpm pack ended with ${code}: ${output.trim()}`)
  return readdirSync(folder)
    .filter((name) => name.endsWith('.tgz'))
    .toSorted()
    .map((name) => join(folder, name))
}

/** Publishes tarballs with npm, in the environment of a user of that registry. */
export async function publishTarballs(
  tarballs: readonly string[],
  registry: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const npm = requirePeer('npm/bin/npm-cli.js')
  // npm wants to know who publishes; the local registry does not care.
  writeFileSync(join(folder, '.npmrc'), `${registry.replace(/^http:/, '')}/:_authToken=anybody\n`)
  const waiting = tarballs.values()
  const publish = async (): Promise<void> => {
    for (const tarball of waiting) {
      const { code, output } = await runCommand(
        [process.execPath, npm, 'publish', tarball, '--registry', registry, '--tag', 'latest'],
        folder,
        env,
      )
      if (code !== 0) throw new Error(`npm publish ${tarball} ended with ${code}: ${output.trim()}`)
    }
  }
  await Promise.all([publish(), publish()])
}
