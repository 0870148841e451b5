import { describe, expect, it } from 'vitest'
import { readAudit } from '../src/supply-chain/read-audit.ts'

const advisory = {
  module_name: 'one',
  vulnerable_versions: '<2',
  title: 'reads too much',
  url: 'https://example.org/1',
}

describe('readAudit', () => {
  it('tells holes that are high or critical', () => {
    const advisories = { a: { ...advisory, severity: 'critical' }, b: { ...advisory, severity: 'low' } }
    const audit = readAudit(JSON.stringify({ advisories }))
    expect(audit).toEqual({
      status: 'holes',
      holes: ['one <2: critical, reads too much (https://example.org/1)'],
    })
  })

  it('calls a report without any clean', () => {
    expect(readAudit('{"advisories":{}}')).toEqual({ status: 'clean' })
  })

  it.each([
    ['{"error":{"code":"ERR_PNPM_AUDIT_BAD_RESPONSE","message":"responded with 405"}}', 'responded with 405'],
    [' ERR_PNPM_AUDIT_BAD_RESPONSE  responded with 405', 'responded with 405'],
    ['', 'no output'],
    ['{"advisories"', '{"advisories"'],
  ])('takes %s for no answer', (output, reason) => {
    expect(readAudit(output)).toEqual({ status: 'skipped', reason: expect.stringContaining(reason) })
  })
})
