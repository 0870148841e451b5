import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What a run of the demo left. */
export interface DemoResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** The last line of stdout. */
  readonly json: Readonly<Record<string, number>>
}

/** The demo as its own process, as `pnpm demo` starts it. */
export class DemoProcess {
  readonly #child: ChildProcess
  #stdout = ''
  #stderr = ''

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts'), ...args], {
      env: { PATH: process.env['PATH'], NODE_OPTIONS: process.env['NODE_OPTIONS'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#stdout += String(chunk)))
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#stderr += String(chunk)))
  }

  /** Resolves when stderr has said this; rejects when the process ends before. */
  async said(text: string): Promise<string> {
    while (!this.#stderr.includes(text)) {
      if (this.#child.exitCode !== null) throw new Error(`ended without "${text}": ${this.#stderr}`)
      await Promise.race([once(this.#child.stderr!, 'data'), once(this.#child, 'exit')])
    }
    return this.#stderr
  }

  interrupt(): void {
    this.#child.kill('SIGINT')
  }

  async end(): Promise<DemoResult> {
    const [code] = (await once(this.#child, 'close')) as [number | null]
    const last = this.#stdout.trimEnd().split('\n').at(-1) ?? ''
    const json = last.startsWith('{') ? (JSON.parse(last) as Record<string, number>) : {}
    return { code, stdout: this.#stdout, stderr: this.#stderr, json }
  }
}
