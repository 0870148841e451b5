import { spawn } from 'node:child_process'

/** How a command ended. */
export interface CommandEnd {
  /** The exit code; 127 when the command cannot be started, 124 when it took longer than it may. */
  readonly code: number
  /** What it printed, in the order of arrival. */
  readonly output: string
  /** What it printed on standard output alone. */
  readonly stdout: string
}

/** Far longer than anything here takes on a busy computer; what takes longer hangs. */
const timeoutMs = 600_000

/** Runs a program to its end with exactly this environment, and kills it when it hangs. */
export function runCommand(
  command: readonly [string, ...string[]],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<CommandEnd> {
  const [program, ...args] = command
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let stdout = ''
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, timeoutMs)
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      stdout += chunk
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
    child.once('error', (error) => {
      clearTimeout(timer)
      resolve({ code: 127, output: `${program}: ${error.message}`, stdout: '' })
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code: late ? 124 : (code ?? 1), output, stdout })
    })
  })
}
