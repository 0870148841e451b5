import type { TimeScale } from './time-scale.ts'

/** What a counter's expressions are made from. */
export interface CounterSelection {
  readonly metric: string
  /** Matchers, as between braces: `outcome="unknown"`. */
  readonly where?: string | undefined
  readonly by: readonly string[]
}

/** How long somebody remembers that a series was there, while its target answers nothing. */
const memorySeconds = 3600

/**
 * How much a counter grew, with its first value counted as growth from nothing. `increase` alone misses the first event
 * of a label value, which is when a time series begins: the one dead letter, the one lost acknowledgement.
 *
 * A series is new when it was not there although its target was. A scrape that fails takes all series of its target
 * away, too; those come back with what was counted in weeks, and must not tell it as news.
 */
export function growth(
  time: TimeScale,
  { metric, where, by, seconds }: CounterSelection & { seconds: number },
): string {
  const series = selector(metric, where)
  const range = time.range(seconds)
  const unseen = `last_over_time(${series}[${time.range(memorySeconds)}] offset ${range}) unless on (job, instance) up offset ${range} == 1`
  const begun = `${series} unless (${series} offset ${range} or ${unseen})`
  return `sum by (${by.join(', ')}) ((${begun}) or increase(${series}[${range}]))`
}

/** How much a counter grows a second. */
export function rateOf(
  time: TimeScale,
  { metric, where, by, seconds }: CounterSelection & { seconds: number },
): string {
  return `sum by (${by.join(', ')}) (rate(${selector(metric, where)}[${time.range(seconds)}]))`
}

/** A percentile of a histogram. */
export function quantileOf(
  time: TimeScale,
  { metric, where, by, seconds, quantile }: CounterSelection & { seconds: number; quantile: number },
): string {
  const buckets = rateOf(time, { metric: `${metric}_bucket`, where, by: [...by, 'le'], seconds })
  return `histogram_quantile(${quantile}, ${buckets})`
}

const selector = (metric: string, where: string | undefined): string =>
  where === undefined ? metric : `${metric}{${where}}`
