import { spawn } from 'node:child_process'
import { relative } from 'node:path'
import { isHeadwaterError } from '@headwater/base'
import { withQuestions } from './ask.ts'
import { chooseOptions } from './choose-options.ts'
import { createService, type CreateServiceOptions } from './create-service.ts'
import { forPackageManager } from './package-manager-commands.ts'
import { readArguments, usage } from './read-arguments.ts'

/** What the command takes from its process. */
export interface CreateContext {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  readonly err: (text: string) => void
  /** Whether somebody can answer questions. */
  readonly isTerminal: boolean
}

/**
 * Runs `npm create headwater` to its end.
 *
 * @param args - what follows `create-headwater` on the command line
 * @returns the exit code: 0 when the service is there, 2 for wrong options or a folder that is not empty, 1 when the
 * file system or the package manager refused, 130 when somebody broke off at a question
 */
export async function runCreate(args: readonly string[], context: CreateContext): Promise<number> {
  const { cwd, env, input, output, err, isTerminal } = context
  try {
    const given = readArguments(args)
    if (given.help) {
      output.write(usage)
      return 0
    }
    const userAgent = env['npm_config_user_agent'] ?? ''
    const options =
      given.yes || !isTerminal
        ? await chooseOptions(given, { cwd, userAgent })
        : await withQuestions(input, output, (ask) => chooseOptions(given, { cwd, userAgent, ask }))
    const { files } = createService(options)
    const folder = relative(cwd, options.folder) || '.'
    output.write(`${options.name} is in ${folder}: ${files.length} files\n`)
    const installed = given.install && (await install(options))
    if (given.install && !installed) {
      err(
        `${options.packageManager} install failed in ${folder}: the service is written, install it again there\n`,
      )
      return 1
    }
    output.write(nextSteps(folder, options, installed))
    return 0
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'AbortError') {
      err('\nnothing was written\n')
      return 130
    }
    if (!isHeadwaterError(thrown)) throw thrown
    err(`${thrown.message}\n`)
    return thrown.code === 'CANNOT_WRITE' ? 1 : 2
  }
}

function install({ folder, packageManager = 'npm' }: CreateServiceOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { cwd: folder, stdio: 'inherit' } as const
    // On Windows package managers are scripts of the shell, and Node warns of arguments beside one: it gets one text, which
    // is one of three names.
    const child =
      process.platform === 'win32'
        ? spawn(`${packageManager} install`, { ...options, shell: true })
        : spawn(packageManager, ['install'], options)
    child.once('error', () => resolve(false))
    child.once('close', (code) => resolve(code === 0))
  })
}

function nextSteps(
  folder: string,
  { packageManager = 'npm' }: CreateServiceOptions,
  installed: boolean,
): string {
  const steps = [
    // A folder with spaces is one word in quotes, for every shell.
    ...(folder === '.' ? [] : [/^[\w./@-]+$/.test(folder) ? `cd ${folder}` : `cd "${folder}"`]),
    ...(installed ? [] : ['npm install']),
    'npm run test',
  ]
  const lines = steps.map((step) => `  ${forPackageManager(step, packageManager)}\n`).join('')
  return `\nNext:\n${lines}\nIts README says how to run it on a Kafka of its own.\n`
}
