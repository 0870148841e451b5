import { spawn } from 'node:child_process'
import type { AvroTools } from './avro-tools.ts'
import type { PairAnswer } from './pair-answer.ts'
import type { SchemaPair } from './random-pairs.ts'

/** A small JVM whose stack holds what Avro Java recurses into. */
const jvmArguments = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx512m', '-Xss16m']

/** Puts all pairs to Avro Java, in one process. */
export function askAvroJava(
  { java, classPath }: AvroTools,
  pairs: readonly SchemaPair[],
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<readonly PairAnswer[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(java, [...jvmArguments, '-cp', classPath, 'AvroOracle'], {
      stdio: 'pipe',
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    const printed = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => (printed[stream] += text))
    }
    // A program that ends without reading closes its end; how it ended says more.
    child.stdin.on('error', () => undefined)
    child.on('error', reject)
    child.on('close', (code) => {
      const lines = printed.stdout.split('\n').filter((line) => line !== '')
      if (code === 0 && lines.length === pairs.length) {
        resolve(lines.map((line) => JSON.parse(line) as PairAnswer))
        return
      }
      const end = `AvroOracle ended with ${code} after ${lines.length} of ${pairs.length} answers`
      reject(new Error(`${end}. It said: ${printed.stderr.slice(-2000)}`))
    })
    child.stdin.end(pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''))
  })
}
