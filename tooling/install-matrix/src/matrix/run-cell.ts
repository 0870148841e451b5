import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { peerVersion, requirePeer } from '../install-peers.ts'
import { runCommand, type CommandEnd } from '../run-command.ts'
import type { Cell } from './dimensions.ts'
import { installCommand, managerTable } from './manager-table.ts'
import type { NodeBinary } from './node-binaries.ts'
import type { PublishedPackage } from './read-package.ts'
import { importedPackages } from './readme-example.ts'
import { createUserEnvironment } from './user-environment.ts'
import {
  builtEnding,
  compilerConfig,
  exampleProgram,
  loaderProgram,
  sourceEnding,
  typedProgram,
} from './user-program.ts'

/** Where the cells of one run meet. */
export interface Bench {
  readonly registry: string
  /** Below it is one folder a cell. */
  readonly folder: string
  readonly nodes: ReadonlyMap<string, NodeBinary>
  readonly log: (line: string) => void
}

/** What became of one cell. */
export interface CellResult {
  readonly cell: Cell
  readonly folder: string
  readonly seconds: number
  /** Whether a README example ran; a package without one has nothing to run. */
  readonly ranExample: boolean
  /** What failed, with the output of the failing program; undefined when everything held. */
  readonly problem: string | undefined
}

/** Programs of single packages, beside what is done with all of them. */
const extras = join(import.meta.dirname, '../../extras')
const room = (one: PublishedPackage): string => one.name.replace(/^@headwater\//, '')

/** A step that failed ends its cell, not the run. */
class StepError extends Error {}

/** Installs one package alone, loads and type-checks it, starts its commands, then runs the example of its README. */
export async function runCell(
  cell: Cell,
  one: PublishedPackage,
  bench: Bench,
  number: number,
): Promise<CellResult> {
  const startedAt = performance.now()
  const folder = join(
    bench.folder,
    'cells',
    `${number}-${room(one)}-${cell.manager}-node-${cell.node}-${cell.kind}`,
  )
  mkdirSync(folder, { recursive: true })
  let problem: string | undefined
  let ranExample = false
  try {
    ranExample = await playCell(cell, one, bench, folder)
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    problem = error.message
  }
  return { cell, folder, seconds: (performance.now() - startedAt) / 1000, ranExample, problem }
}

async function playCell(cell: Cell, one: PublishedPackage, bench: Bench, folder: string): Promise<boolean> {
  const node = bench.nodes.get(cell.node)
  if (node === undefined) throw new StepError(`there is no Node ${cell.node} here`)
  const env = createUserEnvironment(join(bench.folder, 'home'), node.path)
  const cache = join(bench.folder, 'cache')
  const manager = managerTable[cell.manager]
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  const step = async (name: string, command: readonly [string, ...string[]]): Promise<CommandEnd> => {
    const end = await runCommand(command, folder, env)
    if (end.code !== 0) throw new StepError(`${name} ended with ${end.code}:\n${end.output.trim()}`)
    return end
  }
  const install = async (name: string): Promise<void> => {
    const command = installCommand(cell.manager, node.path, cache)
    const first = await runCommand(command, folder, env)
    if (first.code === 0) return
    // A registry far away may fail for a moment, of which nobody here is to blame; what fails twice is a defect.
    bench.log(
      `${one.name} with ${cell.manager}: ${name} ended with ${first.code} and is tried again:\n${first.output.trim()}`,
    )
    await step(name, command)
  }
  const compile = async (file: string, resolution: Cell['resolution'], emit: boolean): Promise<void> => {
    const tsc = requirePeer(`typescript-${cell.typescript}`, 'bin/tsc')
    const config = `tsconfig.${file}.json`
    write(config, JSON.stringify(compilerConfig(resolution, [file])))
    const command = [process.execPath, tsc, '-p', config, ...(emit ? [] : ['--noEmit'])] as const
    await step(`tsc with ${resolution}`, command)
  }

  const useDoors = async (name: string, doors: readonly string[]): Promise<void> => {
    const loader = `load-${name}${builtEnding(cell)}`
    write(loader, loaderProgram(doors, cell.kind))
    const { stdout } = await step(`loading ${doors.join()}`, [node.path, loader])
    if (!(Number(stdout) > 0)) throw new StepError(`loading printed ${stdout}`)
    const typed = `typed-${name}${sourceEnding(cell)}`
    write(typed, typedProgram(doors, cell.kind))
    await compile(typed, cell.resolution, false)
  }

  for (const [name, text] of Object.entries(manager.files(bench.registry, cache))) write(name, text)
  const alone = manager.bringsPeers ? [one.name] : [one.name, ...one.peers]
  const manifest = {
    name: 'user',
    version: '1.0.0',
    private: true,
    dependencies: Object.fromEntries(alone.map((name) => [name, one.versions[name] ?? '*'])),
    devDependencies: { '@types/node': peerVersion(`node-types-${cell.node}`) },
  }
  write('package.json', JSON.stringify(manifest, undefined, 2))
  await install('install')

  await useDoors('doors', one.doors)
  const extra = join(extras, `${room(one)}.mjs`)
  if (existsSync(extra)) {
    copyFileSync(extra, join(folder, 'extra.mjs'))
    await step('the extra program', [node.path, 'extra.mjs'])
  }
  for (const bin of one.bins) {
    // As a shell would find it: the launcher that the package manager made.
    const end = await step(`${bin} --help`, [join(folder, 'node_modules/.bin', bin), '--help'])
    if (end.stdout.trim() === '') throw new StepError(`${bin} --help printed nothing`)
  }

  const imported = one.example === undefined ? [] : importedPackages(one.example)
  const wanted = [...imported, ...one.laterPeers].filter((name) => !alone.includes(name))
  if (wanted.length > 0) {
    const added = Object.fromEntries(wanted.map((name) => [name, one.versions[name] ?? '*']))
    const dependencies = { ...manifest.dependencies, ...added }
    write('package.json', JSON.stringify({ ...manifest, dependencies }, undefined, 2))
    await install('install for the README')
  }
  if (one.laterDoors.length > 0) await useDoors('later', one.laterDoors)
  if (one.example === undefined) return false
  const example = `readme${sourceEnding(cell)}`
  write(example, exampleProgram(one.example, cell.kind))
  // Bundlers write CommonJS themselves; here the compiler does, by the rules of Node, after the check by theirs.
  const bundled = cell.resolution === 'bundler' && cell.kind === 'require'
  if (bundled) await compile(example, 'bundler', false)
  await compile(example, bundled ? 'nodenext' : cell.resolution, true)
  await step('the README', [node.path, `built/readme${builtEnding(cell)}`])
  return true
}
