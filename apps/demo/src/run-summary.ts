import type { LogComparison } from './compare-with-log.ts'
import type { Send } from './delivery-ledger.ts'
import type { FaultCounts } from './fault-schedule.ts'
import { percentile } from './percentile.ts'

/** What a run did, and what the log says of it. */
export interface RunSummary extends LogComparison {
  readonly sent: number
  readonly acknowledged: number
  /** Refused for what they are (4xx), by the first reason. */
  readonly refused: readonly string[]
  /** Without an answer that says 202, by reason. */
  readonly unanswered: readonly string[]
  /** Mails that were posted more than once. */
  readonly retried: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly faults: FaultCounts
  /** From the start of the cluster to the end of reading. */
  readonly seconds: number
}

/** What was measured beside the log. */
export interface RunMeasures {
  readonly faults: FaultCounts
  /** Milliseconds from the first post to the last answer. */
  readonly loadMs: number
  /** Milliseconds of the whole run. */
  readonly totalMs: number
}

/** Adds a run up. Latencies and throughput are of mails that were acknowledged. */
export function summariseRun(
  sends: readonly Send[],
  comparison: LogComparison,
  { faults, loadMs, totalMs }: RunMeasures,
): RunSummary {
  const latencies = sends
    .filter(({ outcome }) => outcome.kind === 'acknowledged')
    .map(({ latencyMs }) => latencyMs)
  const reasons = (kind: 'refused' | 'unanswered'): readonly string[] =>
    sends.flatMap(({ outcome }) => (outcome.kind === kind ? [outcome.reason] : []))
  return {
    ...comparison,
    sent: sends.length,
    acknowledged: latencies.length,
    refused: reasons('refused'),
    unanswered: reasons('unanswered'),
    retried: sends.filter(({ attempts }) => attempts > 1).length,
    perSecond: loadMs === 0 ? 0 : latencies.length / (loadMs / 1000),
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    faults,
    seconds: totalMs / 1000,
  }
}

/**
 * 1 when the log breaks the promise, or when mails stayed without an answer, so that the run proves nothing; else 0.
 * Mails that are refused for what they are cost nothing: their sender knows.
 */
export function exitCodeOf({ lost, duplicated, reordered, unanswered }: RunSummary): number {
  return lost + duplicated + reordered + unanswered.length === 0 ? 0 : 1
}

/** The summary as the one line that programs read. */
export function toJsonLine(summary: RunSummary): string {
  const { sent, stored, lost, duplicated, reordered, deadLettered, faults, seconds } = summary
  const fired = Object.values(faults).reduce((sum, count) => sum + count, 0)
  return JSON.stringify({
    sent,
    stored,
    lost,
    duplicated,
    reordered,
    deadLettered,
    faults: fired,
    seconds: Math.round(seconds * 100) / 100,
  })
}
