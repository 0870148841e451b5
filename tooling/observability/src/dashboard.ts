import type { MetricUnit } from '@headwater/metrics'

/** A dashboard, in the few words that ours need. */
export interface Dashboard {
  /** Its file and its address: `producer`. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly variables: readonly Variable[]
  readonly rows: readonly DashboardRow[]
}

/** A choice at the top of the dashboard; several values may be chosen. */
export interface Variable {
  /** Also the label whose values it lists. */
  readonly name: string
  readonly title: string
  /** The series that have the label; variables above may stand in it. */
  readonly series: string
}

/** Panels under a heading. */
export interface DashboardRow {
  readonly title: string
  readonly panels: readonly Panel[]
}

/** What a panel's values are; those with `/s` are rates. */
export type PanelUnit = MetricUnit | 'count/s' | 'bytes/s'

/** One panel. */
export interface Panel {
  readonly title: string
  /** What one sees, and what is good. */
  readonly description: string
  /** `now`: one large number; `lines`: over time; `stacked`: parts of a whole; `heat`: a histogram over time. */
  readonly kind: 'now' | 'lines' | 'stacked' | 'heat'
  readonly unit: PanelUnit
  readonly queries: readonly PanelQuery[]
  /** Where it becomes yellow and red, from the lowest value on. Default: it stays green. */
  readonly steps?: readonly PanelStep[] | undefined
}

/** A colour, and the value that it begins at. */
interface PanelStep {
  readonly from: number
  readonly colour: 'green' | 'yellow' | 'red'
}

/** What a panel shows. */
export interface PanelQuery {
  readonly expr: string
  /** How each series is called; `{{topic}}` is a label. */
  readonly legend: string
}
