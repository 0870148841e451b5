import { startRegistry, type EmbeddedRegistry } from '@headwater/embedded'
import { createRegistry } from '@headwater/schemas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

let server: EmbeddedRegistry
beforeEach(async () => {
  server = await startRegistry()
})
afterEach(() => server.close())

/** What a test reads of the JSON. */
interface Registration {
  readonly applied: boolean
  readonly summary: Readonly<Record<string, number>>
  readonly plan: readonly {
    readonly subject: string
    readonly action: string
    readonly status: string
    readonly version: number | null
    readonly references: readonly object[]
  }[]
  readonly problems: readonly { readonly code: string; readonly message: string; readonly fix: string }[]
  readonly check: { readonly summary: Readonly<Record<string, number>> }
}

async function register(
  repository: GitRepository,
  ...args: readonly string[]
): Promise<Registration & { readonly exitCode: number; readonly steps: readonly string[] }> {
  const command = ['register', '--registry', server.url, '--format', 'json', ...args]
  const { exitCode, out, err } = await repository.schemas(command)
  expect(err).toBe('')
  const registration = JSON.parse(out) as Registration
  expect(registration.summary['exitCode']).toBe(exitCode)
  const steps = registration.plan.map(({ subject, action, status, version }) =>
    [subject, action, status, version].join(' '),
  )
  return { ...registration, exitCode, steps }
}

function repositoryWith(files: Readonly<Record<string, unknown>>): GitRepository {
  const repository = createGitRepository()
  repository.write(files)
  return repository
}

const connect = () => createRegistry({ url: server.url })
const posts = 'POST /subjects/*/versions'

/** The names are such that neither files nor subjects are in the order of their references. */
const shop = {
  'schemas/a.avsc': record('Basket', { orders: { type: 'array', items: 'Order' } }),
  'schemas/b.avsc': record('Order', { price: 'Money', rebate: ['null', 'Money'] }),
  'schemas/c.avsc': record('Money', { amount: 'long' }),
}

describe('headwater schemas register', () => {
  it('says what a registry lacks and changes nothing', async () => {
    using repository = repositoryWith(shop)
    const { exitCode, steps, applied, summary } = await register(repository)
    expect([exitCode, applied, summary['new']]).toEqual([0, false, 3])
    expect(steps).toEqual(['shop.Money new planned ', 'shop.Order new planned ', 'shop.Basket new planned '])
    const { out } = await repository.schemas(['register', '--registry', server.url])
    expect(out).toContain('+ shop.Order   schemas/b.avsc   new   refers to shop.Money (to be registered)\n')
    expect(out).toMatch(
      /\n3 new, 0 with a new version, 0 unchanged\. Nothing was registered: that takes --apply\.\n$/,
    )
    expect(server.journal.count(posts)).toBe(0)
  })

  it('registers each schema after those that it refers to, with their versions', async () => {
    using repository = repositoryWith(shop)
    const { exitCode, steps } = await register(repository, '--apply')
    expect([exitCode, steps]).toEqual([
      0,
      ['shop.Money new registered 1', 'shop.Order new registered 1', 'shop.Basket new registered 1'],
    ])
    const basket = await connect().latest('shop.Basket')
    expect(basket.references).toEqual([{ name: 'shop.Order', subject: 'shop.Order', version: 1 }])
    expect(basket.dependencies).toHaveLength(2)
  })

  it('finds nothing to do when it runs again', async () => {
    using repository = repositoryWith(shop)
    await register(repository, '--apply')
    // What is only written in another way is the same schema.
    repository.write({ 'schemas/c.avsc': JSON.stringify(shop['schemas/c.avsc']) })
    server.journal.clear()
    const { exitCode, steps } = await register(repository, '--apply')
    expect([exitCode, steps]).toEqual([
      0,
      [
        'shop.Money unchanged unchanged 1',
        'shop.Order unchanged unchanged 1',
        'shop.Basket unchanged unchanged 1',
      ],
    ])
    expect(server.journal.count(posts)).toBe(0)
    const { out } = await repository.schemas(['register', '--registry', server.url, '--apply'])
    expect(out).toMatch(/\nNothing to do: all 3 are registered\.\n$/)
  })

  it('gives a new version to all that refer to what has one', async () => {
    using repository = repositoryWith({ ...shop, 'schemas/d.avsc': record('Lone', { id: 'int' }) })
    await register(repository, '--apply')
    repository.write({ 'schemas/c.avsc': record('Money', { amount: 'double' }) })
    expect((await register(repository)).steps).toEqual([
      'shop.Money version planned ',
      'shop.Order version planned ',
      'shop.Basket version planned ',
      'shop.Lone unchanged unchanged 1',
    ])
    const { exitCode } = await register(repository, '--apply')
    expect(exitCode).toBe(0)
    const order = await connect().latest('shop.Order')
    expect([order.version, order.references]).toEqual([
      2,
      [{ name: 'shop.Money', subject: 'shop.Money', version: 2 }],
    ])
    expect((await register(repository)).summary).toMatchObject({ unchanged: 4, new: 0, newVersions: 0 })
  })

  it('registers nothing when the check finds a break, and shows it', async () => {
    using repository = repositoryWith(shop)
    await register(repository, '--apply')
    server.journal.clear()
    repository.write({ 'schemas/c.avsc': record('Money', { amount: 'long', currency: 'string' }) })
    repository.write({ 'schemas/new.avsc': record('New', { id: 'int' }) })
    const { exitCode, plan, check } = await register(repository, '--apply')
    expect([exitCode, plan]).toEqual([1, []])
    expect(check.summary['breaks']).toBeGreaterThan(0)
    const { out } = await repository.schemas(['register', '--registry', server.url, '--apply'])
    expect(out).toContain('field-no-default')
    expect(out).toContain('Nothing was registered: the check did not pass.')
    expect(server.journal.count(posts)).toBe(0)
  })

  it('stops at the first failure, and says what is registered and what is not', async () => {
    using repository = repositoryWith(shop)
    server.faults.on('POST /subjects/shop.Order/versions').reply(409, { error_code: 409, message: 'no' })
    const { exitCode, steps, problems } = await register(repository, '--apply')
    expect([exitCode, steps]).toEqual([
      1,
      ['shop.Money new registered 1', 'shop.Order new failed ', 'shop.Basket new not-registered '],
    ])
    expect(problems).toEqual([
      expect.objectContaining({ code: 'registry-incompatible', file: 'schemas/b.avsc' }),
    ])
    // The same command goes on where it stopped.
    const again = await register(repository, '--apply')
    expect([again.exitCode, again.steps]).toEqual([
      0,
      ['shop.Money unchanged unchanged 1', 'shop.Order new registered 1', 'shop.Basket new registered 1'],
    ])
  })

  it('tells in words how far it came', async () => {
    using repository = repositoryWith(shop)
    server.faults.on('POST /subjects/shop.Order/versions').reply(422, { error_code: 42201, message: 'no' })
    const { exitCode, out } = await repository.schemas(['register', '--registry', server.url, '--apply'])
    expect(exitCode).toBe(3)
    expect(out).toContain('+ shop.Money   schemas/c.avsc   registered as version 1\n')
    expect(out).toContain('! shop.Order   schemas/b.avsc   failed   refers to shop.Money 1\n')
    expect(out).toContain(
      '- shop.Basket   schemas/a.avsc   not registered   refers to shop.Order (to be registered)\n',
    )
    expect(out).toContain('PROBLEM  registry-invalid  schemas/b.avsc\n')
    expect(out).toMatch(/\n1 registered, 0 unchanged, 1 failed, 1 not registered after that\.\n$/)
  })

  it('does not take a lost answer for a failure', async () => {
    using repository = repositoryWith(shop)
    server.faults.on(posts).loseResponse().times(2)
    const { exitCode, summary } = await register(repository, '--apply')
    expect([exitCode, summary['registered']]).toEqual([0, 3])
    expect(await connect().versions('shop.Money')).toEqual([1])
  })

  it('ends with 4 when the registry goes away on the way', async () => {
    using repository = repositoryWith(shop)
    server.faults.on('POST /subjects/shop.Order/versions').reply(503).always()
    const { exitCode, problems, steps } = await register(repository, '--apply', '--timeout', '400')
    expect([exitCode, steps[1]]).toEqual([4, 'shop.Order new failed '])
    expect(problems[0]!.fix).toContain('run the command again')
  })

  it('reads levels and never sets one', async () => {
    using repository = repositoryWith(shop)
    await register(repository, '--apply')
    const asked = server.journal.entries().filter(({ method }) => method !== 'GET')
    expect(asked.every(({ method, url }) => method === 'POST' && url.startsWith('/subjects/'))).toBe(true)
    expect(server.journal.entries().some(({ url }) => url.startsWith('/config'))).toBe(true)
  })

  it('leaves a schema alone that is an earlier version, and says which', async () => {
    using repository = repositoryWith({ 'schemas/a.avsc': record('A', { id: 'int' }) })
    await register(repository, '--apply')
    repository.write({ 'schemas/a.avsc': record('A', { id: 'int', note: ['null', 'string'] }) })
    const wide = { ...record('A', { id: 'int' }), doc: 'wider' }
    await connect().register('shop.A', { schema: wide })
    repository.write({ 'schemas/a.avsc': record('A', { id: 'int' }) })
    const { out } = await repository.schemas(['register', '--registry', server.url])
    expect(out).toContain('= shop.A   schemas/a.avsc   unchanged (version 1; the latest is 2)\n')
  })

  it('gives a subject that was soft-deleted its next version', async () => {
    using repository = repositoryWith({ 'schemas/a.avsc': record('A', { id: 'int' }) })
    await register(repository, '--apply')
    await fetch(`${server.url}/subjects/shop.A`, { method: 'DELETE' })
    expect((await register(repository, '--apply')).steps).toEqual(['shop.A new registered 2'])
  })

  it('registers a schema under each of its subjects, and refers to the first', async () => {
    using repository = repositoryWith({
      ...shop,
      'headwater.schemas.yaml':
        'version: 1\nsubjects: { strategy: topic }\ntopics: { orders: schemas/b.avsc, audit: schemas/b.avsc }\n',
    })
    const { steps, plan } = await register(repository, '--apply')
    expect(steps).toEqual([
      'c-value new registered 1',
      'orders-value new registered 1',
      'audit-value new registered 1',
      'a-value new registered 1',
    ])
    expect(plan[3]!.references).toEqual([{ name: 'shop.Order', subject: 'orders-value', version: 1 }])
  })

  it('ends with 3 for a schema that cannot be read, with 4 without a registry, with 2 without an address', async () => {
    using repository = repositoryWith({ ...shop, 'schemas/torn.avsc': '{' })
    expect((await register(repository, '--apply')).exitCode).toBe(3)
    repository.write({ 'schemas/torn.avsc': null })
    const closed = ['register', '--registry', 'http://127.0.0.1:1', '--timeout', '300']
    expect((await repository.schemas(closed)).exitCode).toBe(4)
    expect((await repository.schemas(['register'])).exitCode).toBe(2)
    expect((await repository.schemas(['register', '--registry', 'nowhere'])).exitCode).toBe(2)
    expect(server.journal.count(posts)).toBe(0)
  })

  it('takes the address from the configuration, and the login from the environment', async () => {
    await using locked = await startRegistry({ auth: { username: 'ci', password: 'secret' } })
    using repository = repositoryWith({
      ...shop,
      'headwater.schemas.yaml': 'version: 1\nregistry: { url: "${REGISTRY_URL}" }\n',
    })
    const args = ['register', '--apply', '--registry-auth-env', 'LOGIN']
    const env = { REGISTRY_URL: locked.url, LOGIN: 'ci:secret' }
    const { exitCode, out } = await repository.schemas(args, env)
    expect([exitCode, out.includes('secret')]).toEqual([0, false])
  })
})
