import { describe, expect, it } from 'vitest'
import { ruleCatalogue } from '../src/schemas/rule-catalogue.ts'
import { createGitRepository, record } from './git-repository.ts'
import { runHeadwater } from './run-headwater.ts'

const explain = (...args: readonly string[]) => runHeadwater(['schemas', 'explain', ...args])

const ruleIds = Object.keys(ruleCatalogue)

describe('headwater schemas explain', () => {
  it('lists every rule with a line of its own', async () => {
    const { exitCode, out } = await explain()
    expect(exitCode).toBe(0)
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(ruleIds)
  })

  it('tells of a rule what it is about, with an example and its fix', async () => {
    const { exitCode, out } = await explain('field-no-default')
    expect(exitCode).toBe(0)
    expect(out).toMatch(
      /^field-no-default: a field is new[^]+\n\nBefore: schemas\/order.avsc\n\{[^]+\n\nAfter \(found at level BACKWARD\): [^]+\n\nFix: [^]+\n\nFixed: /,
    )
    expect(out.slice(out.indexOf('Fixed: '))).toContain(
      '{ "name": "phone", "type": ["null", "string"], "default": null }',
    )
  })

  it.each(ruleIds)('has no line of %s that is too long for a terminal of 120 columns', async (id) => {
    const { out } = await explain(id)
    expect(out.split('\n').filter((line) => line.length > 120)).toEqual([])
  })

  it('refuses what is no rule, and says what was probably meant', async () => {
    const { exitCode, err } = await explain('field-no-defualt')
    expect([exitCode, err]).toEqual([2, expect.stringContaining('fix: did you mean field-no-default?')])
    expect((await explain('something-else')).err).toContain('headwater schemas explain lists the rules')
  })

  it('tells of a finding what check says, and then of its rule', async () => {
    using repository = createGitRepository()
    repository.write({ 'schemas/order.avsc': record('Order', { id: 'string' }) })
    repository.commit('first')
    repository.write({ 'schemas/order.avsc': record('Order', { id: 'string', phone: 'string' }) })
    const { out: checked } = await repository.schemas(['check', '--against', 'git:main'])
    const [, fingerprint = ''] = /\[([0-9a-f]{12})\]/.exec(checked) ?? []
    const { exitCode, out } = await repository.schemas(['explain', fingerprint, '--against', 'git:main'])
    const rule = await explain('field-no-default')
    expect(exitCode).toBe(0)
    expect(out).toBe(`${checked.split('\n').slice(0, -2).join('\n').trimEnd()}\n\n${rule.out}`)
  })

  it('ends with 2 for a fingerprint that no finding has, and names what may hide it', async () => {
    using repository = createGitRepository()
    repository.write({ 'schemas/order.avsc': record('Order', { id: 'string' }) })
    repository.commit('first')
    repository.write({ 'schemas/bad.avsc': '{' })
    const { exitCode, err } = await repository.schemas(['explain', '0123456789ab', '--against', 'git:main'])
    expect(exitCode).toBe(2)
    expect(err).toContain('no finding has the fingerprint 0123456789ab')
    expect(err).toContain('schema-invalid  schemas/bad.avsc:1:2')
  })
})
