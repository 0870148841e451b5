import { Counter, Histogram, Registry, type Metric, type RegistryContentType } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { LabelledCounter } from '../src/series/labelled-counter.ts'
import { LabelledHistogram } from '../src/series/labelled-histogram.ts'
import { registerMetrics } from '../src/series/registered-metrics.ts'
import { openMetrics } from './open-metrics.ts'
import { scrape } from './scrape.ts'

const histogram = {
  name: 'work_duration_seconds',
  type: 'histogram',
  labels: ['shop', 'result'],
  unit: 'seconds',
  buckets: [0.1, 1, 10],
  help: 'How long work took.',
} as const

const counter = {
  name: 'work_total',
  type: 'counter',
  labels: ['shop'],
  unit: 'count',
  help: 'Work "done"\\ here.',
} as const

const values = [0, 0.05, 0.1, 0.11, 1, 5, 10, 10.5, 1000]
const formats = [
  ['the text format', () => new Registry()],
  ['OpenMetrics', openMetrics],
] as const

function put<Label extends string>(
  registry: Registry,
  metric: LabelledCounter<Label> | LabelledHistogram<Label>,
): void {
  registry.registerMetric(metric as unknown as Metric)
}

describe('LabelledHistogram', () => {
  it.each(formats)("reads as prom-client's own in %s", async (_format, create) => {
    const [ours, theirs] = [create() as Registry, create() as Registry]
    const our = new LabelledHistogram(histogram)
    put(ours, our)
    const their = new Histogram({
      name: histogram.name,
      help: histogram.help,
      labelNames: histogram.labels,
      buckets: [...histogram.buckets],
      registers: [theirs],
    })
    for (const labels of [
      { shop: 'b"a\\r', result: 'ok' },
      { shop: 'é', result: 'failed' },
    ]) {
      for (const value of values) {
        our.observe(labels, value)
        their.observe(labels, value)
      }
    }
    expect(await ours.metrics()).toBe(await theirs.metrics())
  })

  // A clock that jumps back gave negative seconds, which make a sum fall; prom-client throws for NaN.
  it('counts what is negative or no number as 0', async () => {
    const registry = new Registry()
    const metric = new LabelledHistogram(histogram)
    put(registry, metric)
    for (const value of [-5, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) {
      metric.observe({ shop: 'a', result: 'ok' }, value)
    }
    const samples = await scrape(registry)
    expect(samples.get('work_duration_seconds_sum{shop="a",result="ok"}')).toBe(0)
    expect(samples.get('work_duration_seconds_bucket{le="0.1",shop="a",result="ok"}')).toBe(4)
  })

  it('is emptied by resetMetrics, and counts on in the series that somebody holds', async () => {
    const registry = new Registry()
    const metric = new LabelledHistogram(histogram)
    put(registry, metric)
    const series = metric.series({ shop: 'a', result: 'ok' })
    series.observe(3)
    registry.resetMetrics()
    series.observe(4)
    const samples = await scrape(registry)
    expect(samples.get('work_duration_seconds_sum{shop="a",result="ok"}')).toBe(4)
  })
})

describe('LabelledCounter', () => {
  it.each(formats)("reads as prom-client's own in %s, also the second time", async (_format, create) => {
    const [ours, theirs] = [create() as Registry, create() as Registry]
    const our = new LabelledCounter(counter)
    put(ours, our)
    const their = new Counter({
      name: counter.name,
      help: counter.help,
      labelNames: counter.labels,
      registers: [theirs],
    })
    for (const shop of ['a', 'b']) {
      our.inc({ shop }, 3)
      their.inc({ shop }, 3)
    }
    expect(await ours.metrics()).toBe(await theirs.metrics())
    our.inc({ shop: 'a' })
    their.inc({ shop: 'a' })
    expect(await ours.metrics()).toBe(await theirs.metrics())
  })

  // After one reader who wanted OpenMetrics, the text format had lost `_total` for good, and alerts found nothing.
  it('has its name in each format, whichever was read before', async () => {
    const registry = new Registry<RegistryContentType>()
    const metric = new LabelledCounter(counter)
    put(registry as Registry, metric)
    metric.inc({ shop: 'a' }, 3)
    const plain = await registry.metrics()
    expect(plain).toContain('# TYPE work_total counter\nwork_total{shop="a"} 3')
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
    expect(await registry.metrics()).toContain('# TYPE work counter\nwork_total{shop="a"} 3')
    expect(await registry.getMetricsAsJSON()).toMatchObject([{ name: 'work_total' }])
    registry.setContentType(Registry.PROMETHEUS_CONTENT_TYPE)
    expect(await registry.metrics()).toBe(plain)
    registry.removeSingleMetric(metric.name)
    expect(registry.getMetricsAsArray()).toEqual([])
  })

  it('is there with 0 when it has no labels', async () => {
    const registry = new Registry()
    put(registry, new LabelledCounter({ ...counter, labels: [] }))
    expect((await scrape(registry)).get('work_total')).toBe(0)
  })

  it('never falls', () => {
    const series = new LabelledCounter(counter).series({ shop: 'a' })
    for (const amount of [5, -3, Number.NaN, Number.POSITIVE_INFINITY]) series.inc(amount)
    series.raiseTo(4)
    expect(series.total).toBe(5)
    series.raiseTo(7)
    expect(series.total).toBe(7)
  })

  it('takes no value for a label that would cost a series each, or break a line', async () => {
    const registry = new Registry()
    const metric = new LabelledCounter(counter)
    put(registry, metric)
    for (const shop of ['x'.repeat(10_240), 'a\nb', 'a\u0000', '\ud800', '']) metric.inc({ shop })
    expect([...(await scrape(registry))]).toEqual([['work_total{shop="other"}', 5]])
    for (let shop = 0; shop < 1000; shop++) metric.inc({ shop })
    expect((await scrape(registry)).size).toBe(251)
  })
})

describe('registerMetrics', () => {
  it('adds what several processes counted, as prom-client does', async () => {
    const metrics = registerMetrics(new Registry(), { counter, histogram })
    metrics.counter.inc({ shop: 'a' }, 2)
    metrics.histogram.observe({ shop: 'a', result: 'ok' }, 0.5)
    const { AggregatorRegistry } = await import('prom-client')
    const each = [metrics.counter, metrics.histogram].map((metric) => metric.get())
    const worker = JSON.parse(JSON.stringify(await Promise.all(each))) as object[]
    const merged = AggregatorRegistry.aggregate([worker, worker])
    const samples = await scrape(merged)
    expect(samples.get('work_total{shop="a"}')).toBe(4)
    expect(samples.get('work_duration_seconds_sum{shop="a",result="ok"}')).toBe(1)
  })
})
