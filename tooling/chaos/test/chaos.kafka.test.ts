import { canStartRealKafka } from '@headwater/kafka'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findClients } from '../src/client-modules.ts'
import { formatScenario } from '../src/format-report.ts'
import { runChaos } from '../src/run-chaos.ts'
import type { ClientResult, ScenarioFailure, ScenarioResult } from '../src/scenario-result.ts'
import { allFrozen } from '../src/scenarios/all-frozen.ts'
import { answersSwallowed } from '../src/scenarios/answers-swallowed.ts'
import { clientKilled } from '../src/scenarios/client-killed.ts'
import { connectionsCut } from '../src/scenarios/connections-cut.ts'
import { leaderKilled } from '../src/scenarios/leader-killed.ts'
import { topicRecreated } from '../src/scenarios/topic-recreated.ts'

const possible = await canStartRealKafka()
const seed = (Number(process.env['HEADWATER_TEST_SEED']) || Date.now()) >>> 0
if (possible) console.info(`seed of the chaos: HEADWATER_TEST_SEED=${seed}`)

/** Every outage here is shorter than the delivery timeout, so there is no excuse for an outcome other than delivered. */
const scenarios = [answersSwallowed, connectionsCut, topicRecreated, leaderKilled, allFrozen]
const records = 12_000
const perSecond = 1500
const deliveryTimeoutMs = 60_000

// A short run of what `pnpm chaos` does at length; canStartRealKafka prints why a computer cannot start a cluster.
describe.skipIf(!possible)('Headwater in chaos', () => {
  let folder: string
  const results: (ScenarioResult | ScenarioFailure)[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-chaos-'))
    const { modules } = await findClients(['headwater'])
    const say = (what: string): void => console.info(what)
    const settings = { seed, records, perSecond, deliveryTimeoutMs, clients: modules, folder, say }
    await runChaos([...scenarios, clientKilled], settings, (result) => results.push(result))
    console.info(results.map(formatScenario).join('\n'))
  }, 400_000)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  const headwaterIn = (name: string): ClientResult | undefined => {
    const result = results.find(({ scenario }) => scenario === name)
    expect(result).toHaveProperty('clients')
    const [headwater] = (result as ScenarioResult).clients
    expect(headwater?.crashed ?? headwater?.leftOut).toBeUndefined()
    return headwater
  }

  it.each(scenarios)('delivers every record once and in order: $name', ({ name }) => {
    const headwater = headwaterIn(name)
    expect(headwater?.verdict).toMatchObject({
      lost: 0,
      duplicated: 0,
      reordered: 0,
      contradicted: 0,
      failures: {},
      evidence: [],
      openInLog: 0,
    })
    const { acknowledged, deleted, stored } = headwater!.verdict!
    expect(acknowledged + deleted).toBe(records)
    expect(acknowledged).toBeGreaterThan(0)
    expect(stored).toBe(acknowledged)
  })

  it('keeps transactions whole, and the committed ones, however often the client is killed', () => {
    const verdict = headwaterIn(clientKilled.name)?.verdict
    expect(verdict).toMatchObject({
      lost: 0,
      duplicated: 0,
      reordered: 0,
      torn: 0,
      contradicted: 0,
      failures: {},
    })
    expect(verdict?.acknowledged).toBeGreaterThanOrEqual(records)
  })
})
