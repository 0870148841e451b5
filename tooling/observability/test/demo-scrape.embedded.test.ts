import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '@headwater/demo'
import { metricDefinitions } from '@headwater/metrics'
import { beforeAll, describe, expect, it } from 'vitest'
import { alertDefinitions } from '../src/alert-definitions.ts'
import { dashboardDefinitions, dashboardExpressions } from '../src/dashboard-definitions.ts'
import { repositoryRoot } from '../src/generated-files.ts'
import { createTimeScale } from '../src/time-scale.ts'
import { usedMetrics } from '../src/used-metrics.ts'
import { scrape, type Scrape } from './scrape.ts'

/** Runs the demo with its faults, and asks for its metrics when all mails are compared. */
async function scrapeDemo(): Promise<Scrape> {
  const stop = new AbortController()
  const { promise: listening, resolve } = Promise.withResolvers<string>()
  let said = ''
  const ended = runProgram(['--count', '120', '--keep', '--json'], {
    stdout: { isTTY: false, write: () => true },
    stderr: {
      isTTY: false,
      write(text: string) {
        said += text
        const [, url] = /^Intake +(http:\/\/[^/]+)\//m.exec(said) ?? []
        if (url !== undefined) resolve(url)
        return true
      },
    },
    env: {},
    colour: false,
    stopped: stop.signal,
  })
  try {
    const url = await Promise.race([
      listening,
      ended.then((code) => Promise.reject(new Error(`${code}: ${said}`))),
    ])
    return await scrape(url)
  } finally {
    stop.abort()
    await ended
  }
}

describe('the metrics of the demo', () => {
  let scraped: Scrape
  beforeAll(async () => {
    scraped = await scrapeDemo()
  }, 120_000)

  it('hold every metric that an alert or a panel reads', () => {
    const expressions = [
      ...alertDefinitions.map(({ expr }) => expr(createTimeScale(1))),
      ...dashboardDefinitions.flatMap(dashboardExpressions),
    ]
    const unasked = new Set(
      metricDefinitions.filter(({ demo }) => demo !== undefined).map(({ name }) => name),
    )
    const read = new Set(expressions.flatMap(usedMetrics).map(({ name }) => name))
    expect([...read].filter((name) => !scraped.declared.has(name) && !unasked.has(name))).toEqual([])
  })

  it('have a value each, but for those whose definition says why the demo gives it none', () => {
    const expected = metricDefinitions.filter(({ demo }) => demo === undefined).map(({ name }) => name)
    expect(expected.filter((name) => !scraped.sampled.has(name))).toEqual([])
  })

  it('are all in some panel or in docs/metrics.md', () => {
    const panels = dashboardDefinitions.flatMap(dashboardExpressions).flatMap(usedMetrics)
    const shown = new Set(panels.map(({ name }) => name))
    const document = readFileSync(join(repositoryRoot, 'docs/metrics.md'), 'utf8')
    expect(scraped.declared.size).toBeGreaterThan(30)
    // What prom-client says of the process is not ours.
    const ours = [...scraped.declared].filter((name) => !/^(?:nodejs|process)_/.test(name))
    expect(ours.filter((name) => !shown.has(name) && !document.includes(`\`${name}\``))).toEqual([])
  })
})
