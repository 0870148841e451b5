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

/** How much a counter grew in a time, as {@link growthOver} says it. */
export function growth(
  time: TimeScale,
  { seconds, ...selection }: CounterSelection & { seconds: number },
): string {
  return growthOver(time.range(seconds), { ...selection, memory: time.range(memorySeconds) })
}

/**
 * How much a counter grew, with its first value counted as growth from nothing. `increase` alone misses the first event
 * of a label value, which is when a time series begins: the one dead letter, the one lost acknowledgement, the five
 * hundred sends that failed between two scrapes.
 *
 * A series is new when it was not there although its target was. A scrape that fails takes all series of its target
 * away, too; those come back with what was counted in weeks, and must not tell it as news.
 *
 * @param range - how far back, as PromQL writes it; Grafana's variables are such, too.
 */
export function growthOver(
  range: string,
  { metric, where, by, memory = '1h' }: CounterSelection & { memory?: string },
): string {
  const series = selector(metric, where)
  const unseen = `last_over_time(${series}[${memory}] offset ${range}) unless on (job, instance) up offset ${range} == 1`
  const begun = `${series} unless (${series} offset ${range} or ${unseen})`
  return `sum by (${by.join(', ')}) ((${begun}) or increase(${series}[${range}]))`
}

/** A percentile of a histogram. */
export function quantileOf(
  time: TimeScale,
  { metric, where, by, seconds, quantile }: CounterSelection & { seconds: number; quantile: number },
): string {
  const rate = `rate(${selector(`${metric}_bucket`, where)}[${time.range(seconds)}])`
  return `histogram_quantile(${quantile}, sum by (${[...by, 'le'].join(', ')}) (${rate}))`
}

const selector = (metric: string, where: string | undefined): string =>
  where === undefined ? metric : `${metric}{${where}}`
