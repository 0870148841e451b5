import { spawn } from 'node:child_process'

/** How a command ended. */
export interface CommandEnd {
  /** The exit code; 127 when the command does not exist. */
  readonly code: number
  /** Everything that it printed, on either stream. */
  readonly output: string
}

/** Runs a command that ends by itself and prints little. */
export function runToEnd(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8')
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    // 127 is what a shell answers for a command that it does not find.
    child.on('error', (error) => resolve({ code: 127, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
