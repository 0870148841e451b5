import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../run-command.ts'

/** What it costs to import a package once, in a new process. */
export interface ImportCost {
  /** Median processor milliseconds of a process that imports it, less those of one that imports nothing. */
  readonly importMs: number
  /** Files that were read, the package's own and those below it. */
  readonly files: readonly string[]
}

const program = 'measure-import.mjs'
/** `registerHooks` needs Node 22.15 or later. */
const counter = `import { registerHooks } from 'node:module'
const files = []
registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:')) files.push(url)
    return nextLoad(url, context)
  },
})
for (const door of process.argv.slice(2)) await import(door)
console.log(JSON.stringify(files))
`

/** Said by a process at its end: the milliseconds that a processor worked for its main thread. Needs Node 24. */
const tellCpuMs = `process.once('exit', () => {
  const { user, system } = process.threadCpuUsage()
  console.log((user + system) / 1000)
})
`

/**
 * Imports `doors` in a folder where they are installed. It takes the processor's time for the main thread, which is the
 * time that passes when nothing else runs, and not much more on a busy computer. The turns of both programs alternate.
 */
export async function measureImport(
  folder: string,
  doors: readonly string[],
  turns: number,
  node: string,
  env: NodeJS.ProcessEnv,
): Promise<ImportCost> {
  const run = async (args: readonly string[]): Promise<string> => {
    const end = await runCommand([node, ...args], folder, env)
    if (end.code !== 0) throw new Error(`importing ${doors.join()} ended with ${end.code}: ${end.output}`)
    return end.stdout
  }
  const cpuMs = async (code: string): Promise<number> =>
    Number(await run(['--input-type=module', '-e', `${code}\n${tellCpuMs}`]))
  const code = doors.map((door) => `import ${JSON.stringify(door)}`).join('\n')
  const loaded: number[] = []
  const bare: number[] = []
  for (let turn = 0; turn < turns; turn++) {
    bare.push(await cpuMs(''))
    loaded.push(await cpuMs(code))
  }
  writeFileSync(join(folder, program), counter)
  const files = JSON.parse(await run([program, ...doors])) as string[]
  return { importMs: median(loaded) - median(bare), files }
}

/** The middle one; of two in the middle the upper. */
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
