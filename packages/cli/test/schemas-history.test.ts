import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createGitRepository, record } from './git-repository.ts'

const v1 = record('Order', { id: 'string', total: 'long' })
const v2 = record('Order', { id: 'string' })
const v3 = record('Order', { id: 'string', total: 'string' })
const file = 'schemas/order.avsc'
const recorded = (version: number) => `schemas/.history/shop.Order/000${version}.avsc`

describe('headwater schemas history', () => {
  it('records what differs from the last version, and nothing twice', async () => {
    using repository = createGitRepository()
    repository.write({ [file]: v1 })
    expect((await repository.schemas(['history', 'record'])).out).toContain(
      `recorded shop.Order in ${recorded(1)}`,
    )
    repository.write({ [file]: JSON.stringify(v1) })
    expect((await repository.schemas(['history', 'record'])).out).toBe(
      '0 of 1 recorded, the others are as they were\n',
    )
    repository.write({ [file]: v2 })
    expect((await repository.schemas(['history', 'record'])).out).toContain(recorded(2))
    expect((await repository.schemas(['list'])).out).toBe(
      'shop.Order   schemas/order.avsc   BACKWARD   2 versions recorded\n',
    )
    expect((await repository.schemas(['history', 'verify'])).out).toBe(
      '2 recorded versions of 1 subjects are as they were recorded\n',
    )
  })

  it('writes shared types out, so that a version stands by itself', async () => {
    using repository = createGitRepository()
    repository.write({
      [file]: record('Order', { total: 'Money' }),
      'schemas/money.avsc': record('Money', { amount: 'long' }),
    })
    await repository.schemas(['history', 'record'])
    repository.write({ 'schemas/money.avsc': record('Money', { amount: 'string' }) })
    const { out, exitCode } = await repository.schemas(['check', '--against', 'history'])
    expect(exitCode).toBe(1)
    expect(out).toContain('total.amount')
    expect(out).toContain('2 changed')
  })

  it('tells all versions that break under a transitive level, and only the last one otherwise', async () => {
    using repository = createGitRepository()
    for (const version of [v1, v3, v1, v2]) {
      repository.write({ [file]: version })
      await repository.schemas(['history', 'record'])
    }
    repository.write({ [file]: v3 })
    const check = ['check', '--against', 'history', '--format', 'json', '--mode']
    const findings = async (mode: string): Promise<string[]> => {
      const { out } = await repository.schemas([...check, mode])
      const { results } = JSON.parse(out) as {
        results: { findings: { ruleId: string; versions: string[] }[] }[]
      }
      return results[0]!.findings.map(({ ruleId, versions }) => [ruleId, ...versions].join(' ')).toSorted()
    }
    const again = 'revert-of-version v2'
    const all = 'field-type-changed v3 v1'
    expect(await findings('BACKWARD')).toEqual(['field-no-default v4', 'not-transitive v3 v1', again])
    expect(await findings('BACKWARD_TRANSITIVE')).toEqual(['field-no-default v4', all, again])
    expect(await findings('FORWARD_TRANSITIVE')).toEqual([all, again])
  })

  it.each<[string, Record<string, unknown>]>([
    ['a version that was edited', { [recorded(1)]: '"int"\n' }],
    ['a version that was removed', { [recorded(1)]: null }],
    ['a version that is not in the index', { [recorded(7)]: '"int"\n' }],
    ['an index that was removed', { 'schemas/.history/shop.Order/index.json': null }],
    ['an index that is no JSON', { 'schemas/.history/shop.Order/index.json': '{' }],
  ])('sees %s', async (_, change) => {
    using repository = createGitRepository()
    repository.write({ [file]: v1 })
    await repository.schemas(['history', 'record'])
    repository.write(change)
    for (const command of [
      ['history', 'verify'],
      ['history', 'record'],
      ['check', '--against', 'history'],
    ]) {
      const { exitCode, out, err } = await repository.schemas(command)
      expect([command, exitCode]).toEqual([command, 4])
      expect(out + err).toContain(`history-damaged  ${Object.keys(change)[0]}`)
    }
  })

  it('takes a history whose line ends a checkout has changed for the same', async () => {
    using repository = createGitRepository()
    repository.write({ [file]: v1 })
    await repository.schemas(['history', 'record'])
    for (const name of [recorded(1), 'schemas/.history/shop.Order/index.json']) {
      const text = readFileSync(join(repository.folder, name), 'utf8')
      repository.write({ [name]: text.replaceAll('\n', '\r\n') })
    }
    expect((await repository.schemas(['history', 'verify'])).exitCode).toBe(0)
    const { exitCode, out } = await repository.schemas(['check', '--against', 'history'])
    expect([exitCode, out]).toEqual([0, expect.stringContaining('1 unchanged')])
    repository.write({ [file]: v2 })
    expect((await repository.schemas(['history', 'record'])).out).toContain(recorded(2))
    expect((await repository.schemas(['history', 'verify'])).exitCode).toBe(0)
  })

  it.each(['file', 'index/shop.Order/index.json/x', 'version/shop.Order/0001.avsc/x'])(
    'calls a history no history where %s is a file or a folder that it should not be',
    async (place) => {
      using repository = createGitRepository()
      const digest = createHash('sha256').update('x').digest('hex')
      repository.write({
        [file]: v1,
        'version/shop.Order/index.json': { subject: 'shop.Order', versions: { '0001': digest } },
        [place]: 'x',
      })
      const folder = place.split('/')[0]!
      const { exitCode } = await repository.schemas(['check', '--against', `history:${folder}`])
      expect(exitCode).toBe(4)
    },
  )

  it('names a version that was recorded and is no schema', async () => {
    using repository = createGitRepository()
    repository.write({ [file]: v1 })
    await repository.schemas(['history', 'record'])
    const text = '{ "type": "later" }\n'
    const index = {
      subject: 'shop.Order',
      versions: { '0001': createHash('sha256').update(text).digest('hex') },
    }
    repository.write({ [recorded(1)]: text, 'schemas/.history/shop.Order/index.json': index })
    for (const command of [
      ['history', 'verify'],
      ['history', 'record'],
      ['check', '--against', 'history', '--all-files'],
    ]) {
      const { exitCode, out, err } = await repository.schemas(command)
      expect([command, exitCode]).toEqual([command, 4])
      expect(out + err).toContain(`history-damaged  ${recorded(1)}:1:11`)
    }
  })

  it('records nothing while a schema cannot be read', async () => {
    using repository = createGitRepository()
    repository.write({ [file]: v1, 'schemas/bad.avsc': '{' })
    expect((await repository.schemas(['history', 'record'])).exitCode).toBe(3)
    expect((await repository.schemas(['history', 'verify'])).exitCode).toBe(4)
  })

  it('keeps a subject with signs that a path cannot hold', async () => {
    using repository = createGitRepository()
    repository.write({
      [file]: v1,
      'headwater.schemas.yaml':
        'version: 1\nsubjects: { overrides: [{ match: "**", subject: "../a b/*" }] }\n',
    })
    await repository.schemas(['history', 'record'])
    const path = join(repository.folder, 'schemas/.history/%2E.%2Fa%20b%2F%2A/index.json')
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ subject: '../a b/*' })
    expect((await repository.schemas(['check', '--against', 'history'])).exitCode).toBe(0)
    rmSync(path)
    expect((await repository.schemas(['history', 'verify'])).exitCode).toBe(4)
  })
})
