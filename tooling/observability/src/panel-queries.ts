import type { PanelQuery } from './dashboard.ts'
import { growthOver } from './promql.ts'

/** The time over which rates are taken; Grafana chooses it by the width of the panel. */
const interval = '$__rate_interval'
const range = `[${interval}]`

/** How a query's series are cut out and told apart. */
export interface SeriesChoice {
  /** Matchers, as between braces. */
  readonly where: string
  /** The labels that make the lines, and their names. */
  readonly by: readonly string[]
  /** Default: the values of the labels. */
  readonly legend?: string | undefined
}

const names = ({ by, legend }: SeriesChoice): string => legend ?? by.map((label) => `{{${label}}}`).join(' ')

/** How much a counter grows a second. */
export function perSecond(metric: string, choice: SeriesChoice): PanelQuery {
  const expr = `sum by (${choice.by.join(', ')}) (rate(${metric}{${choice.where}}${range}))`
  return { expr, legend: names(choice) }
}

/** How often something happened that seldom does: the first time counts, which a rate of a new series does not show. */
export function events(metric: string, choice: SeriesChoice): PanelQuery {
  const { where, by } = choice
  return { expr: growthOver(interval, { metric, where, by }), legend: names(choice) }
}

/** How much a counter grew in the time that the dashboard shows, its first value included. */
export function total(metric: string, where: string, legend: string): PanelQuery {
  return { expr: growthOver('$__range', { metric, where, by: [] }), legend }
}

/** A gauge, summed over instances. */
export function level(metric: string, choice: SeriesChoice): PanelQuery {
  return { expr: `sum by (${choice.by.join(', ')}) (${metric}{${choice.where}})`, legend: names(choice) }
}

/** The mean of a histogram. */
export function mean(metric: string, choice: SeriesChoice): PanelQuery {
  const rate = (part: string): string =>
    `sum by (${choice.by.join(', ')}) (rate(${metric}_${part}{${choice.where}}${range}))`
  return { expr: `${rate('sum')} / ${rate('count')}`, legend: names(choice) }
}

/** Percentiles of a histogram, one line each; `by` is cut into no lines of its own when it is empty. */
export function percentiles(
  metric: string,
  { where, by }: Omit<SeriesChoice, 'legend'>,
  shares: readonly number[] = [0.5, 0.95, 0.99],
): readonly PanelQuery[] {
  const buckets = `sum by (${[...by, 'le'].join(', ')}) (rate(${metric}_bucket{${where}}${range}))`
  return shares.map((share) => ({
    expr: `histogram_quantile(${share}, ${buckets})`,
    legend: [`p${Math.round(share * 100)}`, ...by.map((label) => `{{${label}}}`)].join(' '),
  }))
}

/** The buckets of a histogram, for a heat map. */
export function heat(metric: string, where: string): readonly PanelQuery[] {
  return [{ expr: `sum by (le) (increase(${metric}_bucket{${where}}${range}))`, legend: '{{le}}' }]
}

/** The share of a counter that some label values make: 0 where they have never come up, none where nothing happens. */
export function share(metric: string, part: string, { where, by, legend }: SeriesChoice): PanelQuery {
  const growth = (matchers: string): string => growthOver(interval, { metric, where: matchers, by })
  const all = growth(where)
  return {
    expr: `(${growth(`${where}, ${part}`)} or 0 * ${all}) / (${all} > 0)`,
    legend: names({ where, by, legend }),
  }
}
