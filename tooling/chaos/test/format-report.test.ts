import { describe, expect, it } from 'vitest'
import { formatScenario, toMarkdown, type RunFacts } from '../src/format-report.ts'
import { isClean } from '../src/is-clean.ts'
import type { ClientResult, ScenarioResult } from '../src/scenario-result.ts'
import { compareWithLog } from '../src/verify-log.ts'

const clean = await compareWithLog(
  [{ key: 0, number: 0, outcome: 'acknowledged', atMs: 1, code: '' }],
  ['0 0 k0 0'],
)
const summary = { sent: 200_000, longestStallMs: 5870, baseMemoryMib: 104, peakMemoryMib: 169 }
const ours: ClientResult = { client: 'headwater', version: '0.0.0', verdict: clean, summary }
const theirs: ClientResult = {
  client: 'other',
  version: '1.2.3',
  verdict: { ...clean, lost: 1234, errors: 20, errorsInLog: 7, failures: { 'error CODE': 20 } },
  crashed: 'file.ts:92\n    throw new RangeError()\n\nRangeError: gone\n    at somewhere (file.ts:92:1)',
}
const result: ScenarioResult = { scenario: 'quiet', seconds: 12, happened: [], clients: [ours, theirs] }

const facts: RunFacts = {
  date: '2026-01-02',
  command: 'pnpm chaos --seed 7',
  seed: 7,
  records: 200_000,
  rate: 2000,
  deliveryTimeoutMs: 60_000,
  kafkaVersion: '4.3.1',
  nodeVersion: 'v26.10.0',
  leftOut: { third: 'it cannot be compiled here' },
}

describe('formatScenario', () => {
  it('has a line for each client, and what does not fit into it below', () => {
    const lines = formatScenario(result).split('\n')
    expect(lines[0]).toBe('quiet (12 s)')
    expect(lines[2]).toMatch(/^headwater +200,000 +1 +0 +0 .* 5\.9 +169 \(104\)$/)
    expect(lines[3]).toMatch(/^other +- +1 +1,234 .* 20 \(7\) +0 +- +-$/)
    expect(lines).toContain('other ended by itself: RangeError: gone')
    expect(lines).toContain('other said error CODE 20 times')
  })

  it('says why a scenario was left out', () => {
    expect(formatScenario({ scenario: 'disk-full', leftOut: 'no mount' })).toBe(
      'disk-full: left out: no mount',
    )
  })
})

describe('toMarkdown', () => {
  it('says what it takes to run it again, and who took no part', () => {
    const text = toMarkdown(facts, [result, { scenario: 'disk-full', leftOut: 'no mount' }])
    expect(text).toContain(
      '2026-01-02 with Apache Kafka 4.3.1, Node v26.10.0 and headwater 0.0.0, other 1.2.3.',
    )
    expect(text).toContain('200,000 records in each scenario, 2,000 a second')
    expect(text).toContain('```sh\npnpm chaos --seed 7\n```')
    expect(text).toContain('third is left out: it cannot be compiled here.')
    expect(text).toContain('| quiet | 0 / 0 / 0 / 0 / 0 | 1,234 / 0 / 0 / 0 / 20, then crashed |')
    expect(text).toContain('### quiet\n\nNothing happens.\n\n| client |')
    expect(text).toMatch(/\| other \| - \| 1 \| 1,234 \|/)
    expect(text).toContain('Left out: no mount')
  })
})

describe('isClean', () => {
  it('is true of who kept every promise, and of nobody else', () => {
    expect(isClean(ours)).toBe(true)
    for (const broken of ['lost', 'duplicated', 'reordered', 'torn', 'contradicted', 'neverSettled'] as const)
      expect(isClean({ ...ours, verdict: { ...clean, [broken]: 1 } }), broken).toBe(false)
    expect(isClean({ ...ours, crashed: 'out of memory' })).toBe(false)
  })
})
