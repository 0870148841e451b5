import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

const main = ['--against', 'git:main'] as const

interface Broken extends Disposable {
  readonly repository: GitRepository
  readonly fingerprint: string
  accept(...args: readonly string[]): ReturnType<GitRepository['schemas']>
  accepted(file?: string): string
}

/** A repository with one break. */
async function brokenRepository(): Promise<Broken> {
  const repository = createGitRepository()
  repository.write({ 'schemas/order.avsc': record('Order', { id: 'string' }) })
  repository.commit('first')
  repository.write({ 'schemas/order.avsc': record('Order', { id: 'string', phone: 'string' }) })
  const { out } = await repository.schemas(['check', ...main])
  return {
    repository,
    fingerprint: /\[([0-9a-f]{12})\]/.exec(out)![1]!,
    accept: (...args) => repository.schemas(['accept', ...args, ...main]),
    accepted: (file = 'schemas/.accepted.yaml') => readFileSync(join(repository.folder, file), 'utf8'),
    [Symbol.dispose]: () => repository[Symbol.dispose](),
  }
}

describe('headwater schemas accept', () => {
  it('makes the file, and lets check pass from then on', async () => {
    using broken = await brokenRepository()
    const { fingerprint, repository } = broken
    const { exitCode, out } = await broken.accept(fingerprint, '--reason', 'nobody reads it yet')
    expect([exitCode, out]).toEqual([
      0,
      `accepted ${fingerprint}: field-no-default phone of shop.Order, in schemas/.accepted.yaml; commit it\n`,
    ])
    expect(broken.accepted()).toBe(`- fingerprint: "${fingerprint}"\n  reason: "nobody reads it yet"\n`)
    expect((await repository.schemas(['check', ...main])).exitCode).toBe(0)
  })

  it('adds to a file that is named by its whole path, and check reads it there', async () => {
    using broken = await brokenRepository()
    const { fingerprint, repository } = broken
    repository.write({ 'accepted.yaml': '- { fingerprint: "0123456789ab", reason: old }\n' })
    const file = ['--accepted-file', join(repository.folder, 'accepted.yaml')]
    expect((await broken.accept(fingerprint, '--reason', 'new', ...file)).exitCode).toBe(0)
    expect(broken.accepted('accepted.yaml')).toContain('0123456789ab')
    expect((await repository.schemas(['check', ...main, ...file])).exitCode).toBe(0)
  })

  it('writes the last day and the author when they are given', async () => {
    using broken = await brokenRepository()
    const more = ['--expires', '2999-12-31', '--author', 'the orders team']
    await broken.accept(broken.fingerprint, '--reason', 'a: "b" # c', ...more)
    expect(broken.accepted()).toBe(
      `- fingerprint: "${broken.fingerprint}"\n  reason: "a: \\"b\\" # c"\n  author: "the orders team"\n  expires: "2999-12-31"\n`,
    )
    expect((await broken.repository.schemas(['check', ...main])).exitCode).toBe(0)
  })

  it.each([
    [
      'a list with comments',
      '# why we live with these\n- { fingerprint: "0123456789ab", reason: old } # keep\n',
    ],
    ['a file without a last line break', '- fingerprint: "0123456789ab"\n  reason: old'],
    ['comments alone', '# none yet\n'],
  ])('leaves %s as it is and adds at the end', async (_, before) => {
    using broken = await brokenRepository()
    broken.repository.write({ 'schemas/.accepted.yaml': before })
    await broken.accept(broken.fingerprint, '--reason', 'new')
    expect(broken.accepted()).toBe(
      `${before}${before.endsWith('\n') ? '' : '\n'}- fingerprint: "${broken.fingerprint}"\n  reason: "new"\n`,
    )
  })

  it.each([
    ['brackets', '# these\n[{ fingerprint: "0123456789ab", reason: old }]\n'],
    ['an indented list', '# these\n  - fingerprint: "0123456789ab" # first\n    reason: old\n'],
  ])('adds to %s, too, and keeps the comments', async (_, before) => {
    using broken = await brokenRepository()
    broken.repository.write({ 'schemas/.accepted.yaml': before })
    expect((await broken.accept(broken.fingerprint, '--reason', 'new')).exitCode).toBe(0)
    const text = broken.accepted()
    for (const [comment] of before.matchAll(/#.+/g)) expect(text).toContain(comment)
    expect(text.indexOf('0123456789ab')).toBeLessThan(text.indexOf(broken.fingerprint))
    expect((await broken.repository.schemas(['check', ...main])).exitCode).toBe(0)
  })

  it('writes into the file that the option or the configuration names', async () => {
    using broken = await brokenRepository()
    broken.repository.write({ 'headwater.schemas.yaml': 'version: 1\naccepted: accepted/breaks.yaml\n' })
    await broken.accept(broken.fingerprint, '--reason', 'new')
    expect(broken.accepted('accepted/breaks.yaml')).toContain(broken.fingerprint)
    await broken.accept(broken.fingerprint, '--reason', 'new', '--accepted-file', 'other.yaml')
    expect(broken.accepted('other.yaml')).toContain(broken.fingerprint)
  })

  it('refuses what is accepted already, with its reason', async () => {
    using broken = await brokenRepository()
    const entry = (expires: string): string =>
      `- { fingerprint: "${broken.fingerprint}", reason: as agreed${expires} }\n`
    broken.repository.write({ 'schemas/.accepted.yaml': entry('') })
    const { exitCode, err } = await broken.accept(broken.fingerprint, '--reason', 'again')
    expect([exitCode, err]).toEqual([2, expect.stringContaining('is accepted: as agreed')])
    broken.repository.write({ 'schemas/.accepted.yaml': entry(', expires: 2001-01-31') })
    expect((await broken.accept(broken.fingerprint, '--reason', 'again')).err).toContain('another last day')
  })

  it('refuses a file with mistakes, at their lines', async () => {
    using broken = await brokenRepository()
    const text = '# these\n- fingerprint: "0123456789ab"\n  reson: old\n'
    broken.repository.write({ 'schemas/.accepted.yaml': text })
    const { exitCode, err } = await broken.accept(broken.fingerprint, '--reason', 'new')
    expect(exitCode).toBe(2)
    expect(err).toContain('accepted-invalid  schemas/.accepted.yaml:3:3\n')
    expect(err).toContain('0.reson: there is no such setting; did you mean reason?')
  })

  it.each([
    [
      'a fingerprint that no finding has',
      ['0123456789ab', '--reason', 'x'],
      'no finding has the fingerprint',
    ],
    ['no reason', ['FINGERPRINT'], "required option '--reason <text>'"],
    ['an empty reason', ['FINGERPRINT', '--reason', ' '], 'Say why the break is accepted.'],
    ['what is no day', ['FINGERPRINT', '--reason', 'x', '--expires', '31.1.2999'], 'YYYY-MM-DD'],
    ['a day that is over', ['FINGERPRINT', '--reason', 'x', '--expires', '2001-01-31'], '2001-01-31 is over'],
  ])('refuses %s, and writes nothing', async (_, args, message) => {
    using broken = await brokenRepository()
    const given = args.map((arg) => (arg === 'FINGERPRINT' ? broken.fingerprint : arg))
    const { exitCode, err } = await broken.accept(...given)
    expect([exitCode, err]).toEqual([2, expect.stringContaining(message)])
    expect(existsSync(join(broken.repository.folder, 'schemas/.accepted.yaml'))).toBe(false)
  })
})
