import { spawn } from 'node:child_process'
import { cpSync, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** How consumers fared. */
export interface ConsumerResult {
  readonly exitCode: number
  readonly output: string
}

const bin = join(import.meta.dirname, '../../../node_modules/.bin')

/** Type-checks the consumers in a folder that has `tsconfig.json` beside them. */
export function checkConsumerTypes(folder: string): Promise<ConsumerResult> {
  return run('tsc', ['-p', join(folder, 'tsconfig.json')], folder)
}

/** Runs the consumers in a folder, all of them in one process. */
export function runConsumers(folder: string): Promise<ConsumerResult> {
  const files = globSync('consumers/*.ts', { cwd: folder }).toSorted()
  const imports = files.map(
    (file) => `await import(${JSON.stringify(pathToFileURL(join(folder, file)).href)})`,
  )
  const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning']
  return run(
    process.execPath,
    [...quiet, '--test-reporter=spec', '--input-type=module', '-e', imports.join('\n')],
    folder,
  )
}

/** Takes consumers to where packed packages are installed, and gives the folder to run them in. */
export function moveConsumers(from: string, into: string): string {
  const folder = join(into, 'upgrade-consumers')
  cpSync(from, folder, { recursive: true, filter: (path) => !/[\\/]api$/.test(path) })
  return folder
}

function run(program: string, args: readonly string[], cwd: string): Promise<ConsumerResult> {
  // The test runner of Node would take our runner's environment for its own.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const PATH = [bin, env['PATH'] ?? ''].join(delimiter)
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...env, PATH }, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.once('error', reject)
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output }))
  })
}
