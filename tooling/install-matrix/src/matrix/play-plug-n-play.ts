import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requirePeer } from '../install-peers.ts'
import { runCommand } from '../run-command.ts'
import { diskProgram } from './disk-program.ts'
import { managerTable } from './manager-table.ts'
import type { PublishedPackage } from './read-package.ts'
import { createUserEnvironment } from './user-environment.ts'
import { loaderProgram } from './user-program.ts'

/** Where the packages are, and where to work. */
export interface PlugNPlayBench {
  readonly registry: string
  readonly folder: string
  /** The Node to use. */
  readonly node: string
}

/**
 * Installs all packages into one folder for Plug'n'Play of yarn 4, which keeps them in zip files and lets none import what
 * it does not declare; loads every door, keeps bytes on the disk by way of yarn's own file handles, and has the starter
 * write a service, which it reads out of its zip file.
 *
 * @returns what went wrong, or undefined
 */
export async function playPlugNPlay(
  packages: readonly PublishedPackage[],
  bench: PlugNPlayBench,
): Promise<string | undefined> {
  const folder = join(bench.folder, 'plug-n-play')
  mkdirSync(folder, { recursive: true })
  const env = createUserEnvironment(join(bench.folder, 'home'), bench.node)
  const { program, install, files } = managerTable['yarn-4']
  for (const [name, text] of Object.entries(files(bench.registry, join(bench.folder, 'cache')))) {
    // Without the fallback not even the packages of the user's own package.json are there for everybody.
    const pnp = text.replace('nodeLinker: node-modules', 'nodeLinker: pnp\npnpFallbackMode: none')
    writeFileSync(join(folder, name), pnp)
  }
  const wanted = packages.flatMap(({ name, peers, laterPeers }) => [name, ...peers, ...laterPeers])
  const dependencies = Object.fromEntries(
    wanted.map((name) => [name, packages.find((one) => one.versions[name])?.versions[name] ?? '*']),
  )
  const manifest = { name: 'user', version: '1.0.0', private: true, dependencies }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2))
  const doors = packages.flatMap((one) => [...one.doors, ...one.laterDoors])
  writeFileSync(join(folder, 'load.mjs'), loaderProgram(doors, 'import'))
  writeFileSync(join(folder, 'disk.mjs'), diskProgram)
  const steps = [
    install(''),
    ['node', 'load.mjs'],
    ['node', 'disk.mjs'],
    ['create-headwater', 'service', '--channel', 'email', '--yes', '--no-install'],
  ]
  for (const step of steps) {
    const { code, output } = await runCommand([bench.node, requirePeer(program), ...step], folder, env)
    if (code !== 0) return `yarn ${step.join(' ')} ended with ${code} under Plug'n'Play:\n${output.trim()}`
  }
  return undefined
}
