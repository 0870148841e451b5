import { execFile } from 'node:child_process'

/** How a command ended. */
export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command to its end, or until the deadline: 120 s unless told. */
export function runCommand(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly timeoutMs?: number },
): Promise<CommandResult> {
  const { cwd, env = process.env, timeoutMs = 120_000 } = options
  return new Promise((resolve) => {
    const settings = {
      cwd,
      env,
      timeout: timeoutMs,
      maxBuffer: 16 * 1024 * 1024,
      killSignal: 'SIGKILL' as const,
    }
    execFile(file, [...args], settings, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      const late = error?.killed === true ? `\nkilled after ${timeoutMs} ms` : ''
      resolve({ exitCode, stdout, stderr: `${stderr}${late}` })
    })
  })
}
