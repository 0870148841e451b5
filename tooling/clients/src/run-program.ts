import { spawn } from 'node:child_process'

/** A program of another language, and what it reads. */
export interface Program {
  readonly command: string
  readonly args: readonly string[]
  /** What it reads from its standard input. Default: nothing. */
  readonly input?: string
  /** Milliseconds after which it is killed. */
  readonly timeoutMs: number
}

/** How a program ended. */
export interface ProgramEnd {
  /** The exit code; 127 when there is no such command, 137 when it was killed. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, or to its timeout; it never outlives this call. */
export function runProgram({ command, args, input, timeoutMs }: Program): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: 'pipe',
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      // Python would leave its compiled modules among the sources.
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    })
    const printed = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => (printed[stream] += text))
    }
    child.on('error', (error) => resolve({ ...printed, code: 127, stderr: error.message }))
    child.on('close', (code) => resolve({ ...printed, code: code ?? 137 }))
    // A program that ends without reading closes its end; how it ended says more.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input ?? '')
  })
}
