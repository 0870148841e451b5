import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

/** How a tool ended: its exit code and all that it printed. */
export interface ToolResult {
  readonly exitCode: number
  readonly output: string
}

/** Runs a tool of the workspace in `cwd` and keeps its output; a tool that cannot be started ends with 127. */
export function runTool(command: readonly string[], root: string, cwd: string = root): Promise<ToolResult> {
  const [program = '', ...args] = command
  const env = {
    ...process.env,
    TURBO_TELEMETRY_DISABLED: '1',
    PATH: [
      join(root, 'node_modules/.bin'),
      join(root, 'tooling/repo-lint/node_modules/.bin'),
      process.env['PATH'] ?? '',
    ].join(delimiter),
  }
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', (error) => resolve({ exitCode: 127, output: `${program}: ${error.message}` }))
    child.once('close', (code) =>
      resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }),
    )
  })
}
