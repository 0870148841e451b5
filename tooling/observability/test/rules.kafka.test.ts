import { runToEnd } from '@headwater/kafka'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { beforeAll, describe, expect, it } from 'vitest'
import { alertDefinitions } from '../src/alert-definitions.ts'
import { alertRules } from '../src/alert-rules.ts'
import { canRunPrometheus } from '../src/can-run-prometheus.ts'
import { dashboardDefinitions, dashboardExpressions, withoutVariables } from '../src/dashboard-definitions.ts'
import { findPrometheus } from '../src/prometheus-files.ts'
import { createTimeScale } from '../src/time-scale.ts'

const folder = new URL('../../../observability/', import.meta.url)
const time = createTimeScale(1)
const runs = await canRunPrometheus()
const documented = blocksIn(await readFile(new URL('../../../docs/metrics.md', import.meta.url), 'utf8'))

/** Every block of the page that says it is promql: what the alerts ask, and the questions at its end. */
function blocksIn(text: string): readonly string[] {
  return [...text.matchAll(/^```promql\n([^]*?)\n```$/gm)].map(([, expr = '']) => expr)
}

/** A rules file whose rules are these expressions. */
async function checkExpressions(promtool: string, expressions: readonly string[]) {
  const own = await mkdtemp(join(tmpdir(), 'headwater-panels-'))
  const rules = expressions.map((expr, index) => ({
    record: `panel:${index}`,
    expr: withoutVariables(expr, time),
  }))
  await writeFile(
    join(own, 'panels.yml'),
    stringify({ groups: [{ name: 'panels', rules }] }, { lineWidth: 0 }),
  )
  const end = await runToEnd(promtool, ['check', 'rules', '--lint=none', 'panels.yml'], { cwd: own })
  await rm(own, { recursive: true })
  return end
}

const sends = (outcome: string): string =>
  `kafka_producer_send_duration_seconds_count{client_id="shop", topic="t", outcome="${outcome}"}`

/** The last query of a panel. */
function queryOf(panelTitle: string): string {
  const panels = dashboardDefinitions.flatMap(({ rows }) => rows).flatMap((row) => row.panels)
  return withoutVariables(panels.find(({ title }) => title === panelTitle)?.queries.at(-1)?.expr ?? '', time)
}

/** What promtool objects to these samples of an expression over series of a value a minute: nothing when they are right. */
async function evaluate(
  promtool: string,
  expr: string,
  series: Readonly<Record<string, string>>,
  eval_time: string,
  samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[],
): Promise<string> {
  const exp_samples = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([name, text]) => `${name}="${text}"`)
    return { labels: `{${pairs.join(', ')}}`, value }
  })
  const input_series = Object.entries(series).map(([name, values]) => ({ series: name, values }))
  const tests = [{ interval: '1m', input_series, promql_expr_test: [{ expr, eval_time, exp_samples }] }]
  const own = await mkdtemp(join(tmpdir(), 'headwater-queries-'))
  await writeFile(join(own, 'queries.yml'), stringify({ rule_files: [], tests }, { lineWidth: 0 }))
  const { code, output } = await runToEnd(promtool, ['test', 'rules', 'queries.yml'], { cwd: own })
  await rm(own, { recursive: true })
  return code === 0 ? '' : output
}

// Without promtool nothing can be said about its files.
describe.skipIf(!runs)('observability/alerts.yml', () => {
  let promtool = ''
  beforeAll(async () => {
    promtool = (await findPrometheus()).promtool
  })

  it('is clean to promtool', async () => {
    const { code, output } = await runToEnd(promtool, ['check', 'rules', '--lint=all', 'alerts.yml'], {
      cwd: folder.pathname,
    })
    expect(output).toContain(`SUCCESS: ${alertDefinitions.length} rules found`)
    expect(code).toBe(0)
  })

  it('fires where its tests say so, and not where they say not', async () => {
    const { code, output } = await runToEnd(promtool, ['test', 'rules', 'alerts_test.yml'], {
      cwd: folder.pathname,
    })
    expect(output).toContain('SUCCESS')
    expect(code).toBe(0)
  })

  it('has tests that notice when any one alert is gone', async () => {
    const own = await mkdtemp(join(tmpdir(), 'headwater-rules-'))
    const tests = await readFile(new URL('alerts_test.yml', folder), 'utf8')
    await writeFile(join(own, 'alerts_test.yml'), tests)
    await writeFile(join(own, 'alerts.yml'), alertRules().replaceAll(/^( +expr: ).*$/gm, '$1vector(1) > 2'))
    const { code, output } = await runToEnd(promtool, ['test', 'rules', 'alerts_test.yml'], { cwd: own })
    await rm(own, { recursive: true })
    expect(code).toBe(1)
    const noticed = new Set([...output.matchAll(/alertname: ?(\w+)/g)].map(([, name]) => name))
    expect(noticed).toEqual(new Set(alertDefinitions.map(({ name }) => name)))
  })

  it.each([
    ['blocks of docs/metrics.md', documented] as const,
    ...dashboardDefinitions.map((each) => [`dashboard ${each.name}`, dashboardExpressions(each)] as const),
  ])('has beside it: %s, whose expressions parse', async (_, expressions) => {
    expect(expressions).not.toEqual([])
    const { code, output } = await checkExpressions(promtool, expressions)
    expect(output).toContain(`SUCCESS: ${expressions.length} rules found`)
    expect(code).toBe(0)
    const broken = await checkExpressions(promtool, [...expressions, 'rate(a_b_total{c="$d"})'])
    expect(broken.output).toContain('expected type range vector')
  })

  // A healthy service has no series of failures at all, and its panels said "No data".
  it('has beside it panels that show a share of 0 where nothing fails, and none where nothing happens', async () => {
    const ended = sends('delivered')
    const healthy = { [ended]: '0+60x10 600x20' }
    expect(await evaluate(promtool, queryOf('Not delivered'), healthy, '8m', [[{}, 0]])).toBe('')
    expect(await evaluate(promtool, queryOf('Not delivered'), healthy, '25m', [])).toBe('')
  })

  // The first event of a label value begins a series, in which neither `rate` nor `increase` sees it.
  it('has beside it panels that show the first failure of all', async () => {
    const failed =
      'kafka_producer_messages_failed_total{client_id="shop", topic="t", error_kind="E", outcome="unknown"}'
    const renewed = 'kafka_producer_recreated_total{client_id="shop", reason="UNKNOWN_PRODUCER_ID"}'
    const letter = 'kafka_dlq_messages_total{job="shop", topic="t", disposition="poison"}'
    const fraction = { [sends('delivered')]: '900x20', [sends('unknown')]: '_x5 3x15' }
    const kinds = [[{ error_kind: 'E', outcome: 'unknown' }, 3]] as const
    const ids = [[{ client_id: 'shop', reason: 'UNKNOWN_PRODUCER_ID' }, 1]] as const
    for (const [title, series, samples] of [
      ['Failed by kind and outcome', { [failed]: '_x5 3x15' }, kinds],
      ['Lost connections and new producer ids', { [renewed]: '_x5 1x15' }, ids],
      ['Dead letters in the time shown', { [letter]: '_x5 1x15' }, [[{}, 1]]],
      ['Not delivered', fraction, [[{}, 1]]],
    ] as const) {
      expect(await evaluate(promtool, queryOf(title), series, '8m', samples), title).toBe('')
    }
  })

  it('is named in a configuration of docker-compose.yml that promtool accepts', async () => {
    const { configs } = parse(await readFile(new URL('../docker-compose.yml', folder), 'utf8')) as {
      readonly configs: Readonly<Record<string, { readonly content: string }>>
    }
    const own = await mkdtemp(join(tmpdir(), 'headwater-config-'))
    await writeFile(join(own, 'prometheus.yml'), configs['prometheus']?.content ?? '')
    const { code, output } = await runToEnd(promtool, [
      'check',
      'config',
      '--syntax-only',
      join(own, 'prometheus.yml'),
    ])
    await rm(own, { recursive: true })
    expect(output).toContain('SUCCESS')
    expect(code).toBe(0)
  })
})
