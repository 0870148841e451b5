import { spawn } from 'node:child_process'

/**
 * Runs a command with this process's own input and output and gives its exit code. A command that cannot be started, or
 * that a signal ended, counts as 1. SIGTERM is passed on, so that whoever stops us stops the command too.
 */
export function runTask(
  command: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<number> {
  const [program = '', ...args] = command
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: 'inherit' })
    const passOn = (): void => {
      child.kill('SIGTERM')
    }
    process.on('SIGTERM', passOn)
    const settle = (code: number): void => {
      process.off('SIGTERM', passOn)
      resolve(code)
    }
    child.once('error', (error) => {
      console.error(`Could not start ${program}: ${error.message}`)
      settle(1)
    })
    child.once('close', (code) => settle(code ?? 1))
  })
}
