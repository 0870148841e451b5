import { runProgram } from '@headwater/cli'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { freePorts, isOpen } from './free-ports.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** A `headwater up` that runs as a child. */
export interface Up extends AsyncDisposable {
  readonly port: number
  readonly registryPort: number
  readonly controlPort: number
  /** Everything that was printed until it was ready. */
  readonly printed: string
  /** Ends it by a signal; resolves with its exit code and its last line. */
  end(signal: NodeJS.Signals): Promise<{ readonly exitCode: unknown; readonly last: string }>
}

/** Runs `headwater up` as a child and waits until it says that it is ready. `CONTROL` stands for a free port. */
export async function up(...more: readonly string[]): Promise<Up> {
  const port = await freePorts(4)
  const [registryPort, controlPort] = [port + 2, port + 3]
  const fixed = ['up', '--port', String(port), '--registry-port', String(registryPort)]
  const args = ['--disable-warning=ExperimentalWarning', main, ...fixed]
  const wanted = more.map((each) => (each === 'CONTROL' ? String(controlPort) : each))
  const child = spawn(process.execPath, [...args, ...wanted], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const lines: string[] = []
  const reader = createInterface(child.stdout)
  const ready = new Promise<void>((resolve, reject) => {
    reader.on('line', (line) => {
      lines.push(line)
      if (line.startsWith('Ready')) resolve()
    })
    reader.on('close', () => reject(new Error(`ended before it was ready: ${lines.join('\n')}`)))
  })
  await ready
  return {
    port,
    registryPort,
    controlPort,
    printed: lines.join('\n'),
    async end(signal) {
      child.kill(signal)
      const [exitCode] = await ended
      return { exitCode, last: lines.at(-1) ?? '' }
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Runs the command until it ends by itself; gives its exit code and its error output. */
export async function refused(...args: readonly string[]): Promise<{ exitCode: number; err: string }> {
  const port = await freePorts(2)
  let err = ''
  const exitCode = await runProgram(
    ['up', '--port', String(port), '--registry-port', String(port + 1), ...args],
    {
      out: () => undefined,
      err: (text) => void (err += text),
      env: {},
      stopped: () => Promise.resolve(),
    },
  )
  expect(await isOpen(port)).toBe(false)
  return { exitCode, err }
}
