import { withMetrics } from './observed-contenders.ts'
import { median, type LoneLatency, type Run } from './measure.ts'

/** What a contender came to, over all rounds. */
export interface Result {
  readonly name: string
  readonly runs: readonly Run[]
}

/** A figure that the project promises, and what was measured. */
export interface Ratio {
  readonly what: string
  readonly measured: number
  /** `at least` or `at most` the bound. */
  readonly relation: 'at least' | 'at most'
  readonly bound: number
}

const rate = ({ runs }: Result): number => median(runs.map((run) => run.recordsPerSecond))
const cpu = ({ runs }: Result): number => median(runs.map((run) => run.cpuMicrosPerRecord))

/** The ratios of one run; each compares two contenders of the same rounds. */
export function ratiosOf(
  results: readonly Result[],
  lone: { readonly theirs: LoneLatency; readonly ours: LoneLatency },
): readonly Ratio[] {
  const [theirsOne, oursOne, theirsBulk, oursBulk] = results as [Result, Result, Result, Result]
  const measured = results.find(({ name }) => name === withMetrics)
  return [
    {
      what: 'awaited sends: throughput over kafkajs',
      measured: rate(oursOne) / rate(theirsOne),
      relation: 'at least',
      bound: 25,
    },
    {
      what: 'bulk: throughput over kafkajs batches',
      measured: rate(oursBulk) / rate(theirsBulk),
      relation: 'at least',
      bound: 2.5,
    },
    {
      what: 'bulk: CPU per record over kafkajs batches',
      measured: cpu(oursBulk) / cpu(theirsBulk),
      relation: 'at most',
      bound: 0.35,
    },
    {
      what: 'lone caller: p50 over kafkajs',
      measured: lone.ours.p50Ms / lone.theirs.p50Ms,
      relation: 'at most',
      bound: 1.2,
    },
    ...(measured === undefined
      ? []
      : [
          {
            what: 'bulk with metrics: throughput over without',
            measured: rate(measured) / rate(oursBulk),
            relation: 'at least' as const,
            bound: 0.95,
          },
        ]),
  ]
}

/** Whether a ratio holds. */
export function holds({ measured, relation, bound }: Ratio): boolean {
  return relation === 'at least' ? measured >= bound : measured <= bound
}

/** The report as text for a terminal. */
export function formatReport(
  results: readonly Result[],
  lone: { readonly theirs: LoneLatency; readonly ours: LoneLatency },
  embedded: { readonly firstMs: number; readonly oneMs: number; readonly threeMs: number },
): string {
  const rows = results.map((result) => {
    const rates = result.runs.map((run) => run.recordsPerSecond)
    const range = `${count(Math.min(...rates))} to ${count(Math.max(...rates))}`
    return [
      result.name.padEnd(42),
      count(rate(result)).padStart(9),
      range.padStart(20),
      cpu(result).toFixed(2).padStart(10),
    ].join('  ')
  })
  const ratios = ratiosOf(results, lone).map(
    (ratio) =>
      `${ratio.what.padEnd(42)}  ${ratio.measured.toFixed(2).padStart(9)}  ${ratio.relation} ${ratio.bound}${holds(ratio) ? '' : '   NOT REACHED'}`,
  )
  const [plain, ...observed] = results.slice(3)
  const shares = observed.map(
    (result) =>
      `${result.name.padEnd(42)}  ${(rate(result) / rate(plain!)).toFixed(2).padStart(9)}  of the throughput without, ${(cpu(result) - cpu(plain!)).toFixed(2)} us more CPU a record`,
  )
  const latency = ({ p50Ms, p99Ms }: LoneLatency): string =>
    `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`
  return [
    [
      'median of all rounds'.padEnd(42),
      'records/s'.padStart(9),
      'slowest to fastest'.padStart(20),
      'CPU us/rec',
    ].join('  '),
    ...rows,
    '',
    `a lone caller, kafkajs:    ${latency(lone.theirs)}`,
    `a lone caller, Headwater:  ${latency(lone.ours)}`,
    '',
    ...ratios,
    '',
    ...shares,
    '',
    `embedded Kafka starts in ${embedded.oneMs.toFixed(1)} ms with one broker, ${embedded.threeMs.toFixed(1)} ms with three (first start of the process: ${embedded.firstMs.toFixed(1)} ms)`,
  ].join('\n')
}

function count(n: number): string {
  return Math.round(n).toLocaleString('en-US')
}
