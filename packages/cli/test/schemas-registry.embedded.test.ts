import { startRegistry, type EmbeddedRegistry } from '@headwater/embedded'
import { createRegistry } from '@headwater/schemas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkSchemas } from './check-schemas.ts'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

let server: EmbeddedRegistry
beforeEach(async () => {
  server = await startRegistry()
})
afterEach(() => server.close())

const connect = () => createRegistry({ url: server.url })
const against = (): readonly string[] => ['--against', `registry:${server.url}`]

async function setLevel(level: string, subject?: string): Promise<void> {
  const path = subject === undefined ? '/config' : `/config/${encodeURIComponent(subject)}`
  const body = JSON.stringify({ compatibility: level })
  const headers = { 'content-type': 'application/json' }
  expect((await fetch(server.url + path, { method: 'PUT', headers, body })).status).toBe(200)
}

async function remove(path: string): Promise<void> {
  expect((await fetch(server.url + path, { method: 'DELETE' })).status).toBe(200)
}

/** Registers versions without a check, and leaves the level as it was. */
async function register(subject: string, ...versions: readonly object[]): Promise<void> {
  await setLevel('NONE', subject)
  for (const schema of versions) await connect().register(subject, { schema })
  await remove(`/config/${encodeURIComponent(subject)}`)
  server.journal.clear()
}

function repositoryWith(files: Readonly<Record<string, unknown>>): GitRepository {
  const repository = createGitRepository()
  repository.write(files)
  return repository
}

const file = 'schemas/order.avsc'
const order = record('Order', { id: 'string' })
const wide = record('Order', { id: 'string', total: 'int' })

describe('headwater schemas check: against a registry', () => {
  it('needs no git', async () => {
    await register('shop.Order', order)
    using repository = repositoryWith({ [file]: order })
    const { exitCode, baselines } = await checkSchemas(repository, against(), { PATH: '/nonexistent' })
    expect([exitCode, baselines]).toEqual([
      0,
      [{ kind: 'registry', ref: server.url, commit: null, label: `registry ${server.url}` }],
    ])
  })

  it('compares with the latest version, and with all when the level is transitive', async () => {
    await register('shop.Order', wide, order)
    using repository = repositoryWith({
      [file]: record('Order', { id: 'string', total: ['null', 'string'] }),
    })
    const latest = await checkSchemas(repository, [...against(), '--mode', 'FORWARD'])
    expect([latest.exitCode, latest.results[0]!.comparedWith]).toEqual([0, ['v2']])
    const all = await checkSchemas(repository, [...against(), '--mode', 'FORWARD_TRANSITIVE'])
    expect([all.exitCode, all.results[0]!.comparedWith]).toEqual([1, ['v2', 'v1']])
    expect(all.results[0]!.findings.find(({ severity }) => severity === 'break')).toMatchObject({
      versions: ['v1'],
      baseLocation: { file: `${server.url}/subjects/shop.Order/versions/1` },
    })
  })

  it('takes the level of the subject, else the one of all', async () => {
    await register('shop.Order', order)
    using repository = repositoryWith({ [file]: wide })
    const modeOf = async (...args: readonly string[]): Promise<unknown> => {
      const { exitCode, results } = await checkSchemas(repository, [...against(), ...args])
      return [results[0]!.mode, exitCode]
    }
    expect(await modeOf()).toEqual(['BACKWARD', 1])
    await setLevel('FORWARD')
    expect(await modeOf()).toEqual(['FORWARD', 0])
    await setLevel('FULL_TRANSITIVE', 'shop.Order')
    expect(await modeOf()).toEqual(['FULL_TRANSITIVE', 1])
    expect(await modeOf('--mode', 'FORWARD')).toEqual(['FORWARD', 0])
    repository.write({ 'headwater.schemas.yaml': 'version: 1\nmode: FORWARD\n' })
    expect(await modeOf()).toEqual(['FORWARD', 0])
    const override = 'version: 1\nsubjects: { overrides: [{ match: "schemas/**", mode: BACKWARD }] }\n'
    repository.write({ 'headwater.schemas.yaml': override })
    expect(await modeOf()).toEqual(['BACKWARD', 1])
  })

  it('asks for no level that is stated', async () => {
    await register('shop.Order', order)
    server.faults.on('GET /config/*').reply(403).always()
    using repository = repositoryWith({ [file]: wide })
    const asked = await checkSchemas(repository, against())
    expect([asked.exitCode, asked.problems.map(({ code }) => code)]).toEqual([4, ['registry-unauthorized']])
    expect((await checkSchemas(repository, [...against(), '--mode', 'FORWARD'])).exitCode).toBe(0)
  })

  it('says so when a level of NONE keeps a subject from being compared', async () => {
    await register('shop.Order', order)
    await setLevel('NONE', 'shop.Order')
    using repository = repositoryWith({ [file]: wide })
    const { exitCode, warnings } = await checkSchemas(repository, against())
    expect([exitCode, warnings.map(({ code }) => code)]).toEqual([0, ['level-none']])
    const stated = await checkSchemas(repository, [...against(), '--mode', 'NONE'])
    expect(stated.warnings).toEqual([])
  })

  it('takes a subject that is not there for a new one', async () => {
    using repository = repositoryWith({ [file]: order })
    const { exitCode, results } = await checkSchemas(repository, against())
    expect([exitCode, results[0]!.status, results[0]!.comparedWith]).toEqual([0, 'added', []])
  })

  it('does not compare with soft-deleted versions', async () => {
    await register('shop.Order', wide, record('Order', { id: 'int' }))
    await remove('/subjects/shop.Order/versions/2')
    using repository = repositoryWith({ [file]: wide })
    const { exitCode, results } = await checkSchemas(repository, [...against(), '--all-files'])
    expect([exitCode, results[0]!.status, results[0]!.comparedWith]).toEqual([0, 'unchanged', ['v1']])
    await remove('/subjects/shop.Order')
    expect((await checkSchemas(repository, against())).results[0]!.status).toBe('added')
  })

  it('reads each version with the references that are pinned in it', async () => {
    const money = (amount: string) => record('Money', { amount })
    await register('shop.Money', money('int'), money('long'))
    const schema = record('Order', { price: 'Money' })
    for (const version of [1, 2]) {
      const references = [{ name: 'shop.Money', subject: 'shop.Money', version }]
      await connect().register('shop.Order', { schema, references })
    }
    using repository = repositoryWith({ [file]: schema, 'schemas/money.avsc': money('long') })
    const same = await checkSchemas(repository, [...against(), '--mode', 'FULL'])
    expect([same.exitCode, same.results.map(({ status }) => status)]).toEqual([0, ['unchanged', 'unchanged']])
    const args = [...against(), '--all-files', '--mode', 'FORWARD_TRANSITIVE']
    const { results } = await checkSchemas(repository, args)
    const found = results.find((result) => result.file === file)!
    expect(found.comparedWith).toEqual(['v2', 'v1'])
    expect(found.findings.find(({ severity }) => severity === 'break')).toMatchObject({
      path: 'price.amount',
      versions: ['v1'],
      baseLocation: { file: `${server.url}/subjects/shop.Money/versions/1` },
    })
    // What a registry keeps of other projects is not gone from this one.
    repository.write({ 'schemas/money.avsc': null, [file]: record('Order', { price: money('long') }) })
    expect((await checkSchemas(repository, args)).results.map((result) => result.file)).toEqual([file])
  })

  it('calls a schema an earlier version only when what it refers to is that of then', async () => {
    const money = (amount: string) => record('Money', { amount })
    await register('shop.Money', money('int'), money('long'))
    const schema = record('Order', { price: 'Money' })
    const references = [{ name: 'shop.Money', subject: 'shop.Money', version: 1 }]
    await connect().register('shop.Order', { schema, references })
    const other = record('Order', { price: 'Money', note: 'string' })
    await setLevel('NONE', 'shop.Order')
    await connect().register('shop.Order', { schema: other, references })
    const args = [...against(), '--mode', 'NONE']
    using repository = repositoryWith({ [file]: schema, 'schemas/money.avsc': money('int') })
    const reverts = async (): Promise<readonly string[]> => {
      const { results } = await checkSchemas(repository, args)
      const { findings } = results.find((result) => result.file === file)!
      return findings
        .filter(({ ruleId }) => ruleId === 'revert-of-version')
        .flatMap(({ versions }) => versions)
    }
    expect(await reverts()).toEqual(['v1'])
    repository.write({ 'schemas/money.avsc': money('long') })
    expect(await reverts()).toEqual([])
  })

  it('never asks to change anything', async () => {
    await register('shop.Order', order)
    using repository = repositoryWith({ [file]: wide })
    await checkSchemas(repository, against())
    const methods = server.journal.entries().map(({ method }) => method)
    expect(new Set(methods)).toEqual(new Set(['GET']))
  })

  it('takes the address from the configuration, with variables', async () => {
    using repository = repositoryWith({
      [file]: order,
      'headwater.schemas.yaml': 'version: 1\nagainst: registry\nregistry: { url: "${REGISTRY_URL}" }\n',
    })
    expect((await checkSchemas(repository, [], { REGISTRY_URL: server.url })).exitCode).toBe(0)
    expect((await checkSchemas(repository, [])).exitCode).toBe(2)
    repository.write({ 'headwater.schemas.yaml': 'version: 1\n' })
    const { exitCode, problems } = await checkSchemas(repository, ['--against', 'registry'])
    expect([exitCode, problems[0]!.message]).toEqual([2, 'there is no address of a registry'])
  })

  it('has sections for several baselines', async () => {
    await register('shop.Order', order)
    using repository = repositoryWith({ [file]: order })
    repository.commit('first')
    repository.write({ [file]: wide })
    const { exitCode, results } = await checkSchemas(repository, [...against(), '--against', 'git:main'])
    expect([exitCode, results.map(({ comparedWith }) => comparedWith.length)]).toEqual([1, [1, 1]])
  })

  it('ends with 4 when a version that the level needs is no Avro, and only then', async () => {
    const answer = (schema: string, schemaType: string) => ({
      status: 200,
      body: JSON.stringify({ subject: 'shop.Order', version: 1, id: 1, schema, schemaType }),
    })
    await register('shop.Order', order)
    const first = 'GET /subjects/*/versions/1'
    server.faults.on(first).replyRaw(answer('{}', 'JSON')).always()
    using repository = repositoryWith({ [file]: wide })
    const needed = await checkSchemas(repository, against())
    expect([needed.exitCode, needed.problems.map(({ code }) => code)]).toEqual([4, ['baseline-unreadable']])
    expect(needed.problems[0]!.message).toContain('its type is JSON')
    server.faults.clear()
    await register('shop.Order', wide)
    server.faults.on(first).replyRaw(answer('{"type"', 'AVRO')).always()
    expect((await checkSchemas(repository, [...against(), '--all-files'])).exitCode).toBe(0)
    const transitive = [...against(), '--all-files', '--mode', 'FULL_TRANSITIVE']
    expect((await checkSchemas(repository, transitive)).exitCode).toBe(4)
  })
})

describe('headwater schemas check: --server-verdict', () => {
  const verdicts = 'POST /compatibility/subjects/*/versions'
  const args = (): readonly string[] => [...against(), '--server-verdict']

  it('finds nothing where both agree, and asks of what changed only', async () => {
    await register('shop.Order', order)
    await register('shop.Same', record('Same', { id: 'int' }))
    using repository = repositoryWith({
      [file]: wide,
      'schemas/new.avsc': record('New', { id: 'int' }),
      'schemas/same.avsc': record('Same', { id: 'int' }),
    })
    const { rules } = await checkSchemas(repository, args())
    expect(rules).toEqual(['field-no-default'])
    expect(server.journal.entries(verdicts).map(({ url }) => url)).toEqual([
      '/compatibility/subjects/shop.Order/versions?verbose=true',
    ])
  })

  it.each([
    [order, wide, true, 'although the rules of Avro forbid it'],
    [wide, order, false, 'although the rules of Avro allow it: the server is of another mind'],
  ])('makes a finding of a disagreement', async (before, after, compatible, words) => {
    await register('shop.Order', before)
    const messages = compatible ? [] : ['the server is\nof another mind']
    server.faults.on(verdicts).reply(200, { is_compatible: compatible, messages }).always()
    using repository = repositoryWith({ [file]: after })
    const { exitCode, results } = await checkSchemas(repository, args())
    const [finding] = results[0]!.findings.filter(({ ruleId }) => ruleId === 'server-verdict')
    expect(finding!.message).toContain(words)
    expect([exitCode, finding!.location!.file]).toEqual([1, file])
  })

  it('compares the verdict by the level of the registry, whatever the check is told', async () => {
    await register('shop.Order', order)
    using repository = repositoryWith({ [file]: wide })
    expect(await checkSchemas(repository, [...args(), '--mode', 'FORWARD'])).toMatchObject({
      exitCode: 0,
      rules: [],
    })
  })

  it('sends what a schema refers to within it', async () => {
    await register('shop.Order', record('Order', { price: record('Money', { amount: 'int' }) }))
    using repository = repositoryWith({
      [file]: record('Order', { price: 'Money', note: ['null', 'string'] }),
      'schemas/money.avsc': record('Money', { amount: 'string' }),
    })
    const { rules } = await checkSchemas(repository, args())
    expect(rules).not.toContain('server-verdict')
    expect(rules).toContain('field-type-changed')
  })

  it('ends with 4 for each schema that the registry has no verdict on', async () => {
    await register('shop.A', record('A', { id: 'int' }))
    await register('shop.B', record('B', { id: 'int' }))
    server.faults.on(verdicts).reply(422, { error_code: 42201, message: 'no references here' }).always()
    using repository = repositoryWith({
      'schemas/a.avsc': record('A', { id: 'long' }),
      'schemas/b.avsc': record('B', { id: 'long' }),
    })
    const { exitCode, problems } = await checkSchemas(repository, args())
    expect([exitCode, problems.map((problem) => problem.file)]).toEqual([
      4,
      ['schemas/a.avsc', 'schemas/b.avsc'],
    ])
  })
})
