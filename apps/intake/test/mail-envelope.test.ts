import { describe, expect, it } from 'vitest'
import { toMailEnvelope } from '../src/mail-envelope.ts'

const envelope = (headers: Record<string, string>, query: unknown = {}) => toMailEnvelope({ headers, query })

describe('toMailEnvelope', () => {
  it('knows nothing where nothing is said', () => {
    expect(envelope({})).toEqual({})
  })

  it('takes the headers, with several recipients between commas', () => {
    const headers = {
      'x-envelope-from': 'a@example.org',
      'x-envelope-to': 'b@example.org, "x, y"@example.org,,',
    }
    expect(envelope(headers)).toEqual({ from: 'a@example.org', to: ['b@example.org', '"x, y"@example.org'] })
  })

  it('takes the query where there are no headers', () => {
    const query = { from: 'a@example.org', to: ['b@example.org', 'c@example.org'] }
    expect(envelope({}, query)).toEqual({ from: 'a@example.org', to: ['b@example.org', 'c@example.org'] })
    expect(envelope({ 'x-envelope-to': 'd@example.org' }, query).to).toEqual(['d@example.org'])
  })

  it('keeps the null return path apart from no sender', () => {
    expect(envelope({ 'x-envelope-from': '' })).toEqual({ from: '' })
  })

  it('reads addresses beyond ASCII as UTF-8, and leaves what is none', () => {
    const asNodeReadsIt = Buffer.from('jörg@example.org').toString('latin1')
    expect(envelope({ 'x-envelope-from': asNodeReadsIt }).from).toBe('jörg@example.org')
    expect(envelope({ 'x-envelope-from': 'j\u00f6rg@example.org' }).from).toBe('j\u00f6rg@example.org')
  })

  it.each([
    ['two senders', {}, { from: ['a@example.org', 'b@example.org'] }],
    ['an endless address', { 'x-envelope-from': 'a'.repeat(321) }, {}],
    ['control characters', {}, { to: 'a@example.org\r\nx' }],
    ['too many recipients', { 'x-envelope-to': 'a@example.org,'.repeat(101) }, {}],
  ])('refuses %s', (_what, headers, query) => {
    expect(() => envelope(headers as Record<string, string>, query)).toThrow(
      expect.objectContaining({ code: 'INVALID_ENVELOPE' }),
    )
  })
})
