import { metricDefinitions } from '@headwater/metrics'
import { findFreePorts } from '@headwater/kafka'
import { beforeAll, describe, expect, it } from 'vitest'
import { alertDefinitions } from '../src/alert-definitions.ts'
import { alertRules } from '../src/alert-rules.ts'
import { canRunPrometheus } from '../src/can-run-prometheus.ts'
import { dashboardDefinitions, withoutVariables } from '../src/dashboard-definitions.ts'
import { findPrometheus } from '../src/prometheus-files.ts'
import { startPrometheus, type Prometheus } from '../src/start-prometheus.ts'
import { createTimeScale } from '../src/time-scale.ts'
import { AlertWatch } from './alert-watch.ts'
import { freeze, makeTrouble, startFlows } from './ordered-trouble.ts'
import { pollUntil } from './poll-until.ts'
import { lintScrape, scrape, type Scrape } from './scrape.ts'
import { startWatchedServices } from './watched-services.ts'

const runs = await canRunPrometheus()
/** Minutes are seconds. */
const factor = 1 / 60

/** What must fire while single clients are in trouble and one broker of three is stopped. */
const inTrouble = [
  'IntakeSignaturesFail',
  'KafkaDeadLetters',
  'KafkaProducerErrors',
  'KafkaProducerLateOutcomes',
  'KafkaProducerOutcomesUnknown',
  'KafkaProducerRecreated',
  'KafkaProducerRetries',
  'KafkaProducerSlow',
  'KafkaProducerTargetDown',
  'KafkaProducerThrottled',
  'KafkaTransactionsFail',
  'SchemaCodecFails',
  'SchemaRegistryFails',
]

/** What must fire while all brokers are frozen. */
const whenFrozen = [
  'IntakeFails',
  'KafkaProducerBufferNearlyFull',
  'KafkaProducerBufferRefuses',
  'KafkaProducerDisconnected',
  'KafkaProducerPostsRefused',
  'KafkaProducerStuck',
  'KafkaSpoolInUse',
  'KafkaSpoolNearlyFull',
]

/** What promtool's tests alone show: it would take a full disk, half an hour, a thousand batches, slow answers. */
const leftToPromtool = ['IntakeClaimChecksFail', 'IntakeSlow', 'KafkaProducerBatchingPoor', 'KafkaSpoolOld']

/** What a run from nothing through trouble to peace has shown. */
interface Run {
  readonly watch: AlertWatch
  readonly scrapes: readonly Scrape[]
  /** Panels that show nothing, by their dashboards and titles. */
  readonly emptyPanels: readonly string[]
}

async function run(): Promise<Run> {
  const [intake = 0, workers = 0, lone = 0, nobody = 0] = await findFreePorts(4)
  const scraped = { intake, workers, lone }
  await using prometheus = await startPrometheus({
    factor,
    rules: alertRules(factor),
    targets: Object.fromEntries(Object.entries(scraped).map(([job, port]) => [job, `127.0.0.1:${port}`])),
  })
  const watch = new AlertWatch(prometheus)
  await watch.untilFired(['KafkaProducerMetricsMissing'])

  await using services = await startWatchedServices({ ...scraped, nobody })
  await using _flows = startFlows(services)
  await watch.untilQuiet()
  // Whom it has never seen, nobody misses.
  await untilSeen(prometheus, Object.keys(scraped))
  await makeTrouble(services, () => watch.untilFired(inTrouble))
  await freeze(services, () => watch.untilFired(whenFrozen))
  await watch.untilQuiet()
  // On a busy computer the last scrapes may be some seconds ago.
  const deadline = Date.now() + 60_000
  let emptyPanels = await findEmptyPanels(prometheus)
  while (emptyPanels.length > 0 && Date.now() < deadline) emptyPanels = await findEmptyPanels(prometheus)
  const urls = Object.values(scraped).map((port) => `http://127.0.0.1:${port}`)
  return { watch, emptyPanels, scrapes: await Promise.all(urls.map(scrape)) }
}

/** Resolves when a scrape of each job has found producers. */
function untilSeen(prometheus: Prometheus, jobs: readonly string[]): Promise<void> {
  const seen = 'count by (job) (last_over_time(kafka_producer_connected[1h]))'
  return pollUntil(
    async () => (await prometheus.countSeries(seen)) >= jobs.length,
    60_000,
    () => `not all of ${jobs.join(', ')} were scraped`,
  )
}

/** Asks what Grafana would ask when all is chosen. */
async function findEmptyPanels(prometheus: Prometheus): Promise<readonly string[]> {
  const empty: string[] = []
  for (const { name, rows } of dashboardDefinitions) {
    for (const { title, queries } of rows.flatMap(({ panels }) => panels)) {
      const asked = queries.map(({ expr }) => withoutVariables(expr, createTimeScale(factor)))
      const answers = await Promise.all(asked.map((expr) => prometheus.countSeries(expr)))
      if (answers.every((series) => series === 0)) empty.push(`${name}: ${title}`)
    }
  }
  return empty
}

// Without Prometheus there is nobody to ask.
describe.skipIf(!runs)('observability/alerts.yml at 1:60', () => {
  let seen: Run
  beforeAll(async () => {
    seen = await run()
    console.log(seen.watch.report().join('\n'))
  }, 600_000)

  it('fires for everything that goes wrong, and resolves when it is over', () => {
    const expected = ['KafkaProducerMetricsMissing', ...inTrouble, ...whenFrozen]
    expect([...seen.watch.fired]).toEqual(expect.arrayContaining(expected))
    expect(seen.watch.active).toEqual([])
  })

  it('leaves out no alert but those that are left to promtool', () => {
    const shown = ['KafkaProducerMetricsMissing', ...inTrouble, ...whenFrozen, ...leftToPromtool]
    expect(new Set(shown)).toEqual(new Set(alertDefinitions.map(({ name }) => name)))
  })

  it('says to people what it is about, with every label filled in', () => {
    expect(seen.watch.annotations.length).toBeGreaterThan(60)
    for (const said of seen.watch.annotations) expect(said).not.toMatch(/\{\{|<no value>|NaN|error expanding/)
  })

  it('leaves no panel of a dashboard without anything to show', () => {
    expect(seen.emptyPanels).toEqual([])
  })

  it('reads scrapes that are clean to promtool', async () => {
    const { promtool } = await findPrometheus()
    for (const each of seen.scrapes) expect(await lintScrape(promtool, each)).toBe('')
  })

  it('has seen a value of every metric that trouble and work can give one', () => {
    const sampled = new Set(seen.scrapes.flatMap((each) => [...each.sampled]))
    const silent = metricDefinitions.map(({ name }) => name).filter((name) => !sampled.has(name))
    expect(silent).toEqual([])
  })
})
