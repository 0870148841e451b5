import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { normaliseTrace } from './normalise-trace.ts'
import type { OtlpTrace } from './otlp-trace.ts'

/** Takes one email through the intake in a process of its own, and gives the trace of it. */
export async function traceEmail(): Promise<OtlpTrace> {
  const setup = new URL('./sdk-setup.ts', import.meta.url)
  const program = fileURLToPath(new URL('./email-process.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', setup.href, program])
  return normaliseTrace(JSON.parse(stdout) as OtlpTrace)
}
