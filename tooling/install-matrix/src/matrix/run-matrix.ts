import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { installPeers } from '../install-peers.ts'
import { dimensions } from './dimensions.ts'
import { findNodeBinaries, type NodeBinary } from './node-binaries.ts'
import { playPlugNPlay } from './play-plug-n-play.ts'
import { planCells, type Scope } from './plan-cells.ts'
import { packPackages, publishTarballs } from './publish-packages.ts'
import { readPackages, type PublishedPackage } from './read-package.ts'
import { runCell, type CellResult } from './run-cell.ts'
import { startRegistry } from './start-registry.ts'
import { createUserEnvironment } from './user-environment.ts'

/** What to run, and where. */
export interface MatrixOptions {
  readonly root: string
  /** An empty folder of this run. */
  readonly folder: string
  readonly scope: Scope
  /** Only cells of packages whose name ends like this. */
  readonly only: string | undefined
  readonly log: (line: string) => void
}

/** What one run did. */
export interface MatrixRun {
  readonly packages: readonly PublishedPackage[]
  /** Path of the tarball by package. */
  readonly tarballs: ReadonlyMap<string, string>
  readonly nodes: ReadonlyMap<string, NodeBinary>
  readonly results: readonly CellResult[]
  /** What went wrong under Plug'n'Play of yarn 4; undefined when nothing did, or when one package alone was played. */
  readonly plugNPlayProblem: string | undefined
}

/** As many cells at once as CI has cores. */
const atOnce = 2

/** Packs and publishes all packages, then plays the cells of the plan. The folder is left as it is. */
export async function runMatrix(options: MatrixOptions): Promise<MatrixRun> {
  const { root, folder, log } = options
  const workspace = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')) as {
    readonly catalog: Readonly<Record<string, string>>
  }
  const packages = readPackages(root, workspace.catalog)
  const packed = join(folder, 'tarballs')
  mkdirSync(packed)
  const [files, registry] = await Promise.all([
    packPackages(root, packed),
    installPeers().then(startRegistry),
  ])
  await using _ = registry
  const publisher = createUserEnvironment(join(folder, 'home'), process.execPath)
  await publishTarballs(files, registry.url, folder, publisher)
  log(`${files.length} packages published to a registry on this computer`)

  const nodes = findNodeBinaries()
  const names = packages.map(({ name }) => name)
  const cells = planCells(names, { ...dimensions, node: [...nodes.keys()] }, options.scope).filter(
    (cell) => options.only === undefined || cell.package.endsWith(options.only),
  )
  const results: CellResult[] = []
  const waiting = cells.entries()
  const work = async (): Promise<void> => {
    for (const [number, cell] of waiting) {
      const one = packages.find(({ name }) => name === cell.package)
      if (one === undefined) continue
      const result = await runCell(cell, one, { registry: registry.url, folder, nodes, log }, number)
      results.push(result)
      const { package: name, ...how } = cell
      const line = `${name.padEnd(20)} ${Object.values(how).join(' ').padEnd(34)} ${result.seconds.toFixed(1)} s`
      log(`${result.problem === undefined ? 'ok  ' : 'FAIL'} ${line}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  const node = nodes.get('26')?.path ?? process.execPath
  const plugNPlayProblem =
    options.only === undefined
      ? await playPlugNPlay(packages, { registry: registry.url, folder, node })
      : undefined
  if (options.only === undefined)
    log(`${plugNPlayProblem === undefined ? 'ok  ' : 'FAIL'} all packages under Plug'n'Play of yarn 4`)
  const tarballs = new Map(names.map((name) => [name, tarballOf(name, files)]))
  return { packages, tarballs, nodes, results, plugNPlayProblem }
}

/** `@headwater/base` is packed as `headwater-base-<version>.tgz`. */
function tarballOf(name: string, files: readonly string[]): string {
  const start = `/${name.replace(/^@/, '').replace('/', '-')}-`
  const found = files.find((file) => file.includes(start))
  if (found === undefined) throw new Error(`pnpm pack wrote no tarball for ${name}`)
  return found
}
