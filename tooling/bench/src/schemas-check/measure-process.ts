import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'

/** What a process came to. */
export interface ProcessRun {
  readonly exitCode: number
  readonly output: string
  /** From its start to its end, that of Node included. */
  readonly seconds: number
  /** User and system, all threads. */
  readonly cpuSeconds: number
  /** Most memory that it had at once, resident. */
  readonly peakMegabytes: number
}

/** Runs in the process before its program: at the end it tells what the operating system counted. */
const lastWords = `
import { writeSync } from 'node:fs'
process.on('exit', () => writeSync(3, JSON.stringify(process.resourceUsage())))
`

/** Runs a Node program to its end. @throws Error when something ends it from outside, or its memory is not enough. */
export async function measureProcess(args: readonly string[]): Promise<ProcessRun> {
  const startMs = performance.now()
  const child = spawn(
    process.execPath,
    [`--import=data:text/javascript,${encodeURIComponent(lastWords)}`, ...args],
    { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] },
  )
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? -1))
  })
  const [output, usage, exitCode] = await Promise.all([
    text(child.stdout!),
    text(child.stdio[3] as Readable),
    ended,
  ])
  const seconds = (performance.now() - startMs) / 1000
  if (usage === '') throw new Error(`node ${args.join(' ')} was ended, code ${exitCode}`)
  // Both times in microseconds, memory in KiB: as libuv gives them.
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(usage) as NodeJS.ResourceUsage
  return {
    exitCode,
    output,
    seconds,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMegabytes: (maxRSS * 1024) / 1e6,
  }
}
