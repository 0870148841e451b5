import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Operation } from './serializers.ts'

/** One run of one operation. */
export interface OperationRun {
  readonly perSecond: number
  /** CPU time of this process, user and system, over the operations. */
  readonly cpuMicros: number
}

/** Long enough for the compiler to have done its work. */
const warmUpMs = 300
const runMs = 60

/** How many operations fill a run, found while the operation warms up. */
export async function calibrate(operation: Operation, inputs: readonly unknown[]): Promise<number> {
  let count = 64
  const endMs = performance.now() + warmUpMs
  for (;;) {
    const startMs = performance.now()
    await repeat(operation, inputs, count)
    const tookMs = performance.now() - startMs
    if (performance.now() > endMs && tookMs > 10) return Math.max(1, Math.round((count * runMs) / tookMs))
    if (tookMs < 50) count *= 2
  }
}

/** Does an operation so many times, one after the other. */
export async function measureOperation(
  operation: Operation,
  inputs: readonly unknown[],
  count: number,
): Promise<OperationRun> {
  // Nobody pays for the garbage of another, where the process may say so (`--expose-gc`).
  globalThis.gc?.()
  await nextTurn()
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  await repeat(operation, inputs, count)
  const seconds = (performance.now() - startMs) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond: count / seconds, cpuMicros: (user + system) / count }
}

/** Gives what the last operation made, so that none can be left out as unused. */
async function repeat(operation: Operation, inputs: readonly unknown[], count: number): Promise<unknown> {
  let last = operation(inputs[0])
  if (last instanceof Promise) {
    for (let n = 0; n < count; n++) last = await operation(inputs[n % inputs.length])
  } else {
    for (let n = 0; n < count; n++) last = operation(inputs[n % inputs.length])
  }
  return last
}
