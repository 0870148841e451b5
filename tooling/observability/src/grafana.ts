import type { Dashboard, Panel, PanelUnit, Variable } from './dashboard.ts'

/** Grafana's names of units. */
const units: Readonly<Record<PanelUnit, string>> = {
  count: 'short',
  'count/s': 'cps',
  bytes: 'bytes',
  'bytes/s': 'Bps',
  seconds: 's',
  ratio: 'percentunit',
  timestamp: 'dateTimeAsIso',
  boolean: 'bool_yes_no',
}

/** How wide a kind of panel is, of Grafana's 24 columns, and how high. */
const sizes: Readonly<Record<Panel['kind'], readonly [width: number, height: number]>> = {
  now: [4, 4],
  lines: [8, 8],
  stacked: [8, 8],
  heat: [8, 8],
}
const columns = 24
const datasource = { type: 'prometheus', uid: '${datasource}' }

/** A dashboard as Grafana 12 reads it from a file. */
export function toGrafana({ name, title, description, variables, rows }: Dashboard): unknown {
  return {
    uid: `headwater-${name}`,
    title,
    description,
    tags: ['headwater', 'kafka'],
    schemaVersion: 41,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timezone: '',
    annotations: { list: [alertAnnotations] },
    templating: { list: [datasourceVariable, ...variables.map(toVariable)] },
    links: [
      {
        type: 'dashboards',
        title: 'Headwater',
        icon: 'external link',
        tooltip: '',
        url: '',
        targetBlank: false,
        tags: ['headwater'],
        asDropdown: true,
        includeVars: true,
        keepTime: true,
      },
    ],
    panels: layOut(rows),
  }
}

/** Marks on all panels where an alert fired. */
const alertAnnotations = {
  name: 'Alerts',
  enable: true,
  hide: false,
  iconColor: 'red',
  datasource,
  expr: 'ALERTS{alertname=~"(Kafka|Intake|Schema).*", alertstate="firing"}',
  titleFormat: '{{alertname}}',
  textFormat: '{{client_id}} {{channel}} {{topic}}',
  step: '30s',
}

const datasourceVariable = {
  type: 'datasource',
  name: 'datasource',
  options: [],
  regex: '',
  multi: false,
  includeAll: false,
  label: 'Prometheus',
  query: 'prometheus',
  refresh: 1,
  hide: 0,
}

function toVariable({ name, title, series }: Variable) {
  const query = `label_values(${series}, ${name})`
  return {
    type: 'query',
    name,
    label: title,
    datasource,
    definition: query,
    // 5: what was written, as it was written.
    query: { qryType: 5, query, refId: name },
    // Anew when the time range changes, so that what has gone is still found where it was.
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: ['All'], value: ['$__all'] },
  }
}

function layOut(rows: Dashboard['rows']): readonly unknown[] {
  const placed: unknown[] = []
  let y = 0
  for (const { title, panels } of rows) {
    placed.push({
      id: placed.length + 1,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { h: 1, w: columns, x: 0, y },
    })
    y++
    let [x, rowHeight] = [0, 0]
    for (const panel of panels) {
      const [w, h] = sizes[panel.kind]
      if (x + w > columns) [x, y, rowHeight] = [0, y + rowHeight, 0]
      placed.push({ id: placed.length + 1, gridPos: { h, w, x, y }, ...toPanel(panel) })
      x += w
      rowHeight = Math.max(rowHeight, h)
    }
    y += rowHeight
  }
  return placed
}

function toPanel(panel: Panel) {
  const { title, description, kind, queries } = panel
  return {
    title,
    description,
    datasource,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCodePoint('A'.codePointAt(0)! + index),
      datasource,
      expr,
      legendFormat: legend,
      range: true,
      ...(kind === 'heat' && { format: 'heatmap' }),
    })),
    ...looks[kind](panel),
  }
}

const looks: Readonly<Record<Panel['kind'], (panel: Panel) => Readonly<Record<string, unknown>>>> = {
  now: (panel) => ({
    type: 'stat',
    fieldConfig: { defaults: fieldOf(panel), overrides: [] },
    options: {
      colorMode: 'value',
      graphMode: 'area',
      justifyMode: 'auto',
      orientation: 'auto',
      showPercentChange: false,
      percentChangeColorMode: 'standard',
      wideLayout: true,
      textMode: 'auto',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
  }),
  lines: (panel) => timeSeries(panel, { stacking: { mode: 'none' }, fillOpacity: 8 }),
  stacked: (panel) => timeSeries(panel, { stacking: { mode: 'normal' }, fillOpacity: 40 }),
  heat: ({ unit }) => ({
    type: 'heatmap',
    fieldConfig: {
      defaults: {
        custom: {
          hideFrom: { legend: false, tooltip: false, viz: false },
          scaleDistribution: { type: 'linear' },
        },
      },
      overrides: [],
    },
    // All that Grafana itself writes: a heat map that lacks some of it may not be drawn.
    options: {
      calculate: false,
      cellGap: 1,
      cellValues: {},
      color: {
        mode: 'scheme',
        scheme: 'Turbo',
        steps: 64,
        reverse: false,
        scale: 'exponential',
        exponent: 0.5,
        fill: 'dark-orange',
      },
      exemplars: { color: 'rgba(255,0,255,0.7)' },
      filterValues: { le: 1e-9 },
      legend: { show: true },
      rowsFrame: { layout: 'auto' },
      showValue: 'never',
      tooltip: { mode: 'single', showColorScale: false, yHistogram: true },
      yAxis: { axisPlacement: 'left', reverse: false, unit: units[unit] },
    },
  }),
}

function timeSeries(panel: Panel, more: Readonly<Record<string, unknown>>) {
  const custom = {
    drawStyle: 'line',
    lineWidth: 1,
    showPoints: 'never',
    spanNulls: false,
    thresholdsStyle: { mode: panel.steps === undefined ? 'off' : 'dashed' },
    ...more,
  }
  return {
    type: 'timeseries',
    fieldConfig: { defaults: { ...fieldOf(panel), custom }, overrides: [] },
    options: {
      legend: { showLegend: true, displayMode: 'table', placement: 'bottom', calcs: ['lastNotNull', 'max'] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  }
}

function fieldOf({ unit, kind, steps = [] }: Panel) {
  const lowest = steps.some(({ colour }) => colour === 'green') ? 'red' : 'green'
  return {
    unit: units[unit],
    min: 0,
    color: { mode: kind === 'now' ? 'thresholds' : 'palette-classic' },
    thresholds: {
      mode: 'absolute',
      steps: [
        { color: lowest, value: null },
        ...steps.map(({ from, colour }) => ({ color: colour, value: from })),
      ],
    },
  }
}
