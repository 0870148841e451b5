import type { Contender } from './contender.ts'

/** One run of one contender. */
export interface Run {
  readonly recordsPerSecond: number
  /** CPU time of this process, user and system, over the records. */
  readonly cpuMicrosPerRecord: number
}

/** Latencies of a lone caller. */
export interface LoneLatency {
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Runs a contender once. */
export async function measureRun(contender: Contender): Promise<Run> {
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  await contender.run(contender.records)
  const seconds = (performance.now() - startMs) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return {
    recordsPerSecond: contender.records / seconds,
    cpuMicrosPerRecord: (user + system) / contender.records,
  }
}

/** Lets a lone caller send so many records, one after the other. */
export async function measureLone(contender: Contender, sends: number): Promise<LoneLatency> {
  const latencies: number[] = []
  for (let n = 0; n < sends; n++) {
    const startMs = performance.now()
    await contender.one(n)
    latencies.push(performance.now() - startMs)
  }
  latencies.sort((a, b) => a - b)
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)]!
  return { p50Ms: at(0.5), p99Ms: at(0.99) }
}

/** The middle of several values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
