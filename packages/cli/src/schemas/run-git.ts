import type { ConfigSource } from '@headwater/config'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { isInRepository } from './repository-paths.ts'
import { placelessProblem, SchemasProblemError } from './schemas-problem.ts'

/** What one run of git left behind. */
interface GitResult {
  readonly exitCode: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** Runs git in one folder. */
export type Git = (args: readonly string[], input?: string) => Promise<GitResult>

/**
 * Runs git without a shell: a ref or a file name is one argument, whatever is in it. Git never asks for a password and
 * speaks English, since some of its answers are read.
 *
 * @param timeoutMs - milliseconds that one run may take.
 * @throws SchemasProblemError `git-failed` when there is no git or it does not end in time.
 */
export function createGit(folder: string, env: ConfigSource, timeoutMs: number): Git {
  return (args, input = '') =>
    new Promise((resolve, reject) => {
      const child = spawn('git', args, {
        cwd: folder,
        env: {
          ...environmentOf(folder, env),
          LC_ALL: 'C',
          GIT_TERMINAL_PROMPT: '0',
          GIT_OPTIONAL_LOCKS: '0',
        },
      })
      const fail = (message: string, fix: string): void => {
        reject(new SchemasProblemError(placelessProblem('git-failed', message, fix)))
      }
      const deadline = setTimeout(() => {
        child.kill()
        // What git has started, such as ssh, may live on and hold the pipes: nobody waits for it.
        child.stdout.destroy()
        child.stderr.destroy()
        child.unref()
        fail(`git ${args[0]} did not end within ${timeoutMs} ms`, 'give it more time: --timeout <ms>')
      }, timeoutMs)
      const out: Buffer[] = []
      const err: Buffer[] = []
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
      child.on('error', (cause: NodeJS.ErrnoException) => {
        clearTimeout(deadline)
        // The same code as for a program that is missing.
        if (!existsSync(folder))
          return fail(`there is no folder ${folder}`, 'correct the folder to work in: --cwd')
        const missing = cause.code === 'ENOENT'
        const message = missing
          ? 'git cannot be started: there is no program git on the PATH'
          : `git: ${cause.message}`
        fail(message, 'install git, or compare with a committed history: --against history:<folder>')
      })
      child.on('close', (exitCode, signal) => {
        clearTimeout(deadline)
        if (exitCode !== null) {
          const said = Buffer.concat(err).toString().trim()
          // What git says goes into messages, which have one line.
          resolve({ exitCode, stdout: Buffer.concat(out), stderr: said.replaceAll(/\s*\n\s*/g, ' ') })
          return
        }
        fail(`git ${args[0]} was ended by ${signal}`, 'look at the repository with git fsck')
      })
      // Git may end before it has read all of its input; its exit code says why.
      child.stdin.on('error', () => undefined)
      child.stdin.end(input)
    })
}

/**
 * The output of a run that must succeed.
 *
 * @throws SchemasProblemError `git-failed` with what git said.
 */
export async function gitOutput(git: Git, args: readonly string[], input?: string): Promise<Buffer> {
  const { exitCode, stdout, stderr } = await git(args, input)
  if (exitCode === 0) return stdout
  const message = `git ${args[0]} ended with ${exitCode}: ${stderr}`
  throw new SchemasProblemError(
    placelessProblem('git-failed', message, 'see that the command works in this folder'),
  )
}

/** What git sets for the hooks that it starts, as `git rev-parse --local-env-vars` lists it. */
const hookVariables = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR', 'GIT_PREFIX']

/**
 * A hook may be that of another repository, and with `GIT_DIR` git takes the folder that it runs in for the root of the
 * working tree: nothing of a folder further down is found in a commit then. So the repository around the folder counts,
 * and what a hook was told only where there is none, as for a repository that is kept elsewhere.
 */
function environmentOf(folder: string, env: ConfigSource): Record<string, string> {
  const all = toText(env)
  if (!isInRepository(folder)) return all
  return Object.fromEntries(Object.entries(all).filter(([name]) => !hookVariables.includes(name)))
}

function toText(env: ConfigSource): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}
