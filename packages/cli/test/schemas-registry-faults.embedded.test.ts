import { startRegistry } from '@headwater/embedded'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { checkSchemas } from './check-schemas.ts'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

/** Several subjects, so that one fault is seen to be one problem. */
function repositoryWithMany(): GitRepository {
  const repository = createGitRepository()
  const names = Array.from({ length: 12 }, (_, index) => `T${index}`)
  repository.write(
    Object.fromEntries(names.map((name) => [`schemas/${name}.avsc`, record(name, { id: 'int' })])),
  )
  return repository
}

async function startHostile(listener: RequestListener): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const reply =
  (status: number, type: string, body: string): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': type }).end(body)
const page = '<!doctype html><title>Welcome</title>'

describe('headwater schemas check: a registry that does not answer as one', () => {
  // Whichever answer came first was told, so that the same state gave other bytes each time.
  it('tells of the first schema that failed, whatever answer comes first', async () => {
    const refuse = reply(403, 'application/json', '{}')
    const others = Promise.withResolvers<void>()
    await using hostile = await startHostile((request, response) => {
      if (request.url!.includes('shop.T0/')) void others.promise.then(() => refuse(request, response))
      else {
        refuse(request, response)
        response.on('close', () => others.resolve())
      }
    })
    using repository = repositoryWithMany()
    const { problems } = await checkSchemas(repository, ['--against', `registry:${hostile.url}`])
    expect(problems.map(({ message }) => /shop\.T\d+/.exec(message)?.[0])).toEqual(['shop.T0'])
  })

  it.each<[string, string, RequestListener, string]>([
    ['401', 'registry-unauthorized', reply(401, 'application/json', '{}'), '--registry-auth-env'],
    ['403', 'registry-unauthorized', reply(403, 'text/html', page), '--registry-auth-env'],
    ['404 on everything', 'registry-failed', reply(404, 'text/html', page), 'base address'],
    [
      '404 as JSON of another kind',
      'registry-failed',
      reply(404, 'application/json', '{"title":"no"}'),
      'base address',
    ],
    ['a page', 'registry-failed', reply(200, 'text/html', page), 'base address'],
    ['nothing', 'registry-failed', reply(200, 'application/json', ''), 'base address'],
    [
      'JSON of another kind',
      'registry-failed',
      reply(200, 'application/json', '{"versions":[1]}'),
      'base address',
    ],
    [
      'a redirect in a circle',
      'registry-failed',
      (_, response) => void response.writeHead(302, { location: '/' }).end(),
      'base address',
    ],
    ['silence', 'registry-unreachable', () => undefined, 'see that the registry'],
    ['a cut', 'registry-unreachable', (request) => void request.socket.destroy(), 'see that the registry'],
    [
      '500',
      'registry-unreachable',
      reply(500, 'application/json', '{"error_code":50001,"message":"store"}'),
      'registry',
    ],
  ])('ends with 4 and one problem for %s', async (_, code, listener, fix) => {
    await using hostile = await startHostile(listener)
    using repository = repositoryWithMany()
    const args = ['--against', `registry:${hostile.url}`, '--timeout', '300']
    const { exitCode, problems, results } = await checkSchemas(repository, args)
    expect([exitCode, problems.map((problem) => problem.code), results]).toEqual([4, [code], []])
    expect(problems[0]!.fix).toContain(fix)
  })

  it('ends with 4 when nobody listens, and collects what else is wrong', async () => {
    const closed = await startHostile(() => undefined)
    await closed[Symbol.asyncDispose]()
    using repository = repositoryWithMany()
    repository.write({ 'schemas/torn.avsc': '{' })
    const args = ['--against', `registry:${closed.url}`, '--against', 'git:nowhere', '--timeout', '300']
    const { exitCode, problems } = await checkSchemas(repository, args)
    expect([exitCode, problems.map(({ code }) => code)]).toEqual([
      4,
      ['schema-invalid', 'registry-unreachable', 'baseline-missing'],
    ])
  })

  it('asks nothing more after a failure', async () => {
    let requests = 0
    await using hostile = await startHostile((request, response) => {
      requests++
      reply(401, 'application/json', '{}')(request, response)
    })
    using repository = repositoryWithMany()
    await checkSchemas(repository, ['--against', `registry:${hostile.url}`])
    expect(requests).toBeLessThanOrEqual(8)
  })

  it('lets no answer write into the terminal', async () => {
    const body = JSON.stringify({ message: `\u001B[31mred\u0007\r\n${'long '.repeat(10_000)}` })
    await using hostile = await startHostile(reply(418, 'application/json', body))
    using repository = repositoryWithMany()
    const args = ['check', '--against', `registry:${hostile.url}`]
    const { exitCode, out } = await repository.schemas(args)
    expect(exitCode).toBe(4)
    expect(out.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    expect(out.length).toBeLessThan(2000)
  })

  it.each([
    ['an address that is none', 'registry:nowhere'],
    ['another protocol', 'registry:ftp://user:hunter2@example.com'],
    ['no address', 'registry:'],
  ])('ends with 2 for %s', async (_, name) => {
    using repository = repositoryWithMany()
    const { exitCode, text } = await checkSchemas(repository, ['--against', name])
    expect(exitCode).toBe(2)
    expect(text).not.toContain('hunter2')
  })
})

describe('headwater schemas check: --registry-auth-env', () => {
  const auth = { username: 'ci', password: 'se:cret' }

  it('sends a user and a password that it never prints', async () => {
    await using server = await startRegistry({ auth })
    using repository = repositoryWithMany()
    const args = ['--against', `registry:${server.url}`, '--registry-auth-env', 'LOGIN']
    const good = await checkSchemas(repository, args, { LOGIN: 'ci:se:cret' })
    expect(good.exitCode).toBe(0)
    const bad = await checkSchemas(repository, args, { LOGIN: 'ci:hunter2' })
    expect([bad.exitCode, bad.problems.map(({ code }) => code)]).toEqual([4, ['registry-unauthorized']])
    expect(good.text + bad.text).not.toMatch(/se:cret|hunter2/)
  })

  it('sends a token', async () => {
    const seen = new Set<string | undefined>()
    await using hostile = await startHostile((request, response) => {
      seen.add(request.headers.authorization)
      reply(401, 'application/json', '{}')(request, response)
    })
    using repository = repositoryWithMany()
    const args = ['--against', `registry:${hostile.url}`, '--registry-auth-env', 'TOKEN']
    const { text } = await checkSchemas(repository, args, { TOKEN: 'abc.def' })
    expect([...seen]).toEqual(['Bearer abc.def'])
    expect(text).not.toContain('abc.def')
  })

  it('does not print a login that stands in the address', async () => {
    await using server = await startRegistry({ auth })
    using repository = repositoryWithMany()
    const url = server.url.replace('//', '//ci:se%3Acret@')
    const { exitCode, text } = await checkSchemas(repository, ['--against', `registry:${url}`])
    expect(exitCode).toBe(0)
    expect(text).not.toContain('cret')
  })

  it.each([{}, { LOGIN: '' }])('ends with 2 when the variable is not set', async (env) => {
    using repository = repositoryWithMany()
    const args = ['--against', 'registry:http://127.0.0.1:1', '--registry-auth-env', 'LOGIN']
    const { exitCode, problems } = await checkSchemas(repository, args, env)
    expect([exitCode, problems.map(({ code }) => code)]).toEqual([2, ['config-invalid']])
  })
})
