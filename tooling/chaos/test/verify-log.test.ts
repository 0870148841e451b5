import { describe, expect, it } from 'vitest'
import type { OutcomeLine, SendOutcome } from '../src/outcome-file.ts'
import { compareWithLog, type Verdict } from '../src/verify-log.ts'

const told = (
  key: number,
  number: number,
  outcome: SendOutcome = 'acknowledged',
  atMs = 1000,
): OutcomeLine => ({
  key,
  number,
  outcome,
  atMs,
  code: outcome === 'acknowledged' ? '' : 'WHY',
})

/** Records of one partition in the order of the log, as `k0/3`. */
const log = (...records: readonly string[]): readonly string[] =>
  records.map((record, offset) => `0 ${offset} ${record.replace('/', ' ')}`)

const findings = ({ lost, duplicated, reordered, torn, contradicted }: Verdict) => ({
  lost,
  duplicated,
  reordered,
  torn,
  contradicted,
})
const none = { lost: 0, duplicated: 0, reordered: 0, torn: 0, contradicted: 0 }

const threeAcknowledged = [told(0, 0), told(0, 1), told(0, 2)]

describe('compareWithLog', () => {
  it('finds nothing in a log that holds what was acknowledged, in order', async () => {
    const verdict = await compareWithLog(
      [...threeAcknowledged, told(1, 0)],
      log('k0/0', 'k1/0', 'k0/1', 'k0/2'),
    )
    expect(findings(verdict)).toEqual(none)
    expect(verdict).toMatchObject({ acknowledged: 4, stored: 4, evidence: [], failures: {} })
  })

  it('sees an acknowledged record that is not there', async () => {
    const verdict = await compareWithLog(threeAcknowledged, log('k0/0', 'k0/2'))
    expect(findings(verdict)).toEqual({ ...none, lost: 1 })
    expect(verdict.evidence).toEqual(['lost: k0/1'])
  })

  it('sees that everything is lost when the log is empty', async () => {
    expect(findings(await compareWithLog(threeAcknowledged, []))).toEqual({ ...none, lost: 3 })
  })

  it('sees every further copy of a record, and does not call it reordered as well', async () => {
    const verdict = await compareWithLog(threeAcknowledged, log('k0/0', 'k0/1', 'k0/0', 'k0/2', 'k0/0'))
    expect(findings(verdict)).toEqual({ ...none, duplicated: 2 })
    expect(verdict.evidence[0]).toBe('duplicated: k0/0 at partition 0 offset 2, copy 2, acknowledged')
  })

  it('sees copies of records that were not acknowledged, too', async () => {
    const verdict = await compareWithLog([told(0, 0, 'unknown')], log('k0/0', 'k0/0'))
    expect(findings(verdict)).toEqual({ ...none, duplicated: 1 })
  })

  it('sees an acknowledged record behind a younger one of its key', async () => {
    const verdict = await compareWithLog(threeAcknowledged, log('k0/0', 'k0/2', 'k0/1'))
    expect(findings(verdict)).toEqual({ ...none, reordered: 1 })
    expect(verdict.evidence).toEqual(['reordered: k0/1 at partition 0 offset 2, behind k0/2'])
  })

  it('lets keys overtake each other, and the failed their own key', async () => {
    const outcomes = [told(0, 0, 'error'), told(0, 1), told(1, 0), told(1, 1)]
    const verdict = await compareWithLog(outcomes, log('k1/0', 'k1/1', 'k0/1', 'k0/0'))
    expect(findings(verdict)).toEqual(none)
    expect(verdict).toMatchObject({ errors: 1, errorsInLog: 1, failures: { 'error WHY': 1 } })
  })

  it('counts what failed by how it failed, and what of it is in the log', async () => {
    const outcomes = [
      told(0, 0, 'unknown'),
      told(0, 1, 'unknown'),
      told(0, 2, 'rejected'),
      told(0, 3, 'not-sent'),
      told(0, 4, 'error'),
      told(0, 5, 'never-settled'),
    ]
    expect(await compareWithLog(outcomes, log('k0/1', 'k0/4', 'k0/5'))).toMatchObject({
      ...none,
      acknowledged: 0,
      unknown: 2,
      unknownInLog: 1,
      rejected: 1,
      notSent: 1,
      errors: 1,
      errorsInLog: 1,
      neverSettled: 1,
      neverSettledInLog: 1,
    })
  })

  it('sees that a record is in the log that was told to be rejected or not sent', async () => {
    const outcomes = [told(0, 0, 'rejected'), told(0, 1, 'not-sent'), told(0, 2, 'rejected')]
    const verdict = await compareWithLog(outcomes, log('k0/0', 'k0/1'))
    expect(findings(verdict)).toEqual({ ...none, contradicted: 2 })
  })

  it('does not ask for what was acknowledged before its topic was deleted', async () => {
    const outcomes = [told(0, 0, 'acknowledged', 999), told(0, 1, 'acknowledged', 1000), told(0, 2)]
    const verdict = await compareWithLog(outcomes, log('k0/2'), { deletedUntilMs: 1000 })
    expect(findings(verdict)).toEqual({ ...none, lost: 1 })
    expect(verdict).toMatchObject({ deleted: 1, acknowledged: 2 })
  })

  it('takes records without an outcome for sends that were open when the client was killed', async () => {
    const verdict = await compareWithLog([told(0, 0)], log('k0/0', 'k0/1', 'k7/0'))
    expect(findings(verdict)).toEqual(none)
    expect(verdict).toMatchObject({ openInLog: 2, unknown: 0 })
  })

  it('sees a transaction of which only a part is there', async () => {
    const outcomes = [told(0, 0), told(1, 0), told(0, 1, 'error'), told(1, 1, 'error')]
    const whole = await compareWithLog(outcomes, log('k0/0', 'k1/0'), { recordsPerTransaction: 2 })
    expect(findings(whole)).toEqual(none)
    const torn = await compareWithLog(outcomes, log('k0/0', 'k1/0', 'k0/1'), { recordsPerTransaction: 2 })
    expect(findings(torn)).toEqual({ ...none, torn: 1 })
    expect(torn.evidence).toEqual(['torn: of transaction 1, 1 of 2 records are in the log'])
  })
})
