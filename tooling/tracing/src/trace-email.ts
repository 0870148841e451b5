import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { normaliseTrace } from './normalise-trace.ts'
import type { OtlpTrace } from './otlp-trace.ts'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Takes one email through the intake in a process of its own, and gives the trace of it. */
export async function traceEmail(): Promise<OtlpTrace> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    new URL('sdk-setup.ts', import.meta.url).href,
    here('email-process.ts'),
  ])
  return normaliseTrace(JSON.parse(stdout) as OtlpTrace)
}
