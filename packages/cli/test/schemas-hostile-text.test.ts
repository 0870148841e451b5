import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

const hostile = 'x\n::stop-commands::y\r\u001B[2J\uFFFF'

/** A schema whose names, as somebody else's pull request may have them, are commands to a CI and to a terminal. */
let repository: GitRepository
beforeAll(() => {
  repository = createGitRepository()
  const file = 'schemas/a\n::warning::b.avsc'
  repository.write({ [file]: record('A', { id: 'int' }), 'schemas/c.avsc': record('C', { id: 'int' }) })
  repository.commit('first')
  repository.write({
    [file]: record('A', { id: 'string', total: 'int' }),
    'schemas/c.avsc': record('C', { id: hostile }),
  })
})
afterAll(() => repository[Symbol.dispose]())

const against = ['--against', 'git:main'] as const

describe.each([
  ['check', ...against],
  ['diff', ...against],
  ['check', ...against, '--format', 'github'],
  ['check', ...against, '--format', 'markdown'],
  ['check', ...against, '--format', 'junit'],
  ['check', ...against, '--format', 'sarif'],
  ['check', ...against, '--format', 'gitlab'],
  ['check', ...against, '--format', 'json'],
  ['list'],
  ['history', 'record'],
  ['types', '--out', 'types.ts'],
])('headwater schemas %s %s %s %s %s', (...args) => {
  it('begins no line with what stands in a schema, and repaints no terminal', async () => {
    const { out, err } = await repository.schemas(args)
    const lines = `${out}\n${err}`.split('\n')
    expect(lines.filter((line) => /^\s*::/.test(line) && !/^::(error|warning) /.test(line))).toEqual([])
    // oxlint-disable-next-line no-control-regex -- it is what must not be there
    expect(/[\u0000-\u0009\u000B-\u001F\u007F]/.exec(out + err)).toBe(null)
  })
})

describe('formatJunit', () => {
  it('writes no character that XML 1.0 does not have', async () => {
    const { out } = await repository.schemas(['check', ...against, '--format', 'junit'])
    expect(out).toContain('reference-missing')
    expect(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.exec(out)).toBe(null)
  })
})
