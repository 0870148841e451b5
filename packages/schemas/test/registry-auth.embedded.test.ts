import { startRegistry, type EmbeddedRegistry } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRegistry, type Registry, type RegistryAuth, type RegistryOptions } from '../src/index.ts'

let server: EmbeddedRegistry
beforeEach(async () => {
  server = await startRegistry({ auth: { token: 'second' } })
})
afterEach(() => server.close())

const connect = (auth: RegistryAuth, options: Partial<RegistryOptions> = {}): Registry =>
  createRegistry({ url: server.url, auth, retryBackoffMs: 1, ...options })

describe('createRegistry with a token function', () => {
  it('asks once more after a 401, and says that the token was refused', async () => {
    const asked: boolean[] = []
    const token = ({ refused }: { readonly refused: boolean }): string => {
      asked.push(refused)
      return refused ? 'second' : 'first'
    }
    expect(await connect({ token }).subjects()).toEqual([])
    expect(asked).toEqual([false, true])
    expect(server.journal.count()).toBe(2)
  })

  it('does not go on asking where the next token is refused, too', async () => {
    let asked = 0
    const call = connect({ token: () => `t${++asked}` }).subjects()
    await expect(call).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED', status: 401 })
    expect(asked).toBe(2)
  })

  // The next token was called refused, too, when it met a server that was busy: one more login for each repetition.
  it('says so of no token that was not', async () => {
    const asked: boolean[] = []
    const token = ({ refused }: { readonly refused: boolean }): string => {
      asked.push(refused)
      return asked.includes(true) ? 'second' : 'first'
    }
    server.faults.on('GET /subjects').reply(401)
    server.faults.on('GET /subjects').reply(503)
    expect(await connect({ token }).subjects()).toEqual([])
    expect(asked).toEqual([false, true, false])
  })

  // A hundred calls with a token that had run out became a hundred logins.
  it('asks for the next token once for all calls that were refused with the last one', async () => {
    const asked: boolean[] = []
    const token = async ({ refused }: { readonly refused: boolean }): Promise<string> => {
      asked.push(refused)
      await new Promise(setImmediate)
      return refused ? 'second' : 'first'
    }
    const registry = connect({ token })
    const all = (): Promise<unknown[]> =>
      Promise.all(Array.from({ length: 20 }, (_, at) => registry.find(`s${at}`, { schema: '"int"' })))
    expect(await all()).toHaveLength(20)
    expect(asked.filter(Boolean)).toHaveLength(1)
    // What is refused later was given later: that asks again.
    await all()
    expect(asked.filter(Boolean)).toHaveLength(2)
  })

  it('asks again where the next token failed or did not come', async () => {
    let asked = 0
    const token = ({ refused }: { readonly refused: boolean }): string | Promise<string> => {
      if (!refused) return 'first'
      asked++
      if (asked === 1) throw new Error('vault is sealed')
      return asked === 2 ? new Promise<string>(() => undefined) : 'second'
    }
    const registry = connect({ token }, { attemptTimeoutMs: 100 })
    expect(await registry.subjects()).toEqual([])
    expect(asked).toBe(3)
  })

  it('has nothing to ask for a fixed token', async () => {
    await expect(connect({ token: 'first' }).subjects()).rejects.toMatchObject({ status: 401 })
    expect(server.journal.count()).toBe(1)
  })

  it('asks for each request, so that a token may change between two', async () => {
    let current = 'second'
    const registry = connect({ token: () => current })
    await registry.subjects()
    current = 'third'
    await expect(registry.subjects()).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' })
  })

  it('repeats when the function throws, and names it and not the registry', async () => {
    let asked = 0
    const once = (): string => {
      if (++asked === 1) throw new Error('vault is sealed')
      return 'second'
    }
    expect(await connect({ token: once }).subjects()).toEqual([])
    const never = connect({ token: () => Promise.reject(new Error('vault is sealed')) }, { retries: 1 })
    await expect(never.subjects()).rejects.toMatchObject({
      code: 'REGISTRY_TOKEN_FAILED',
      retriable: true,
      cause: expect.objectContaining({ message: 'vault is sealed' }),
    })
  })

  it('does not wait for ever for a token', async () => {
    const call = connect({ token: () => new Promise(() => undefined) }, { timeoutMs: 30 }).subjects()
    await expect(call).rejects.toMatchObject({ code: 'REGISTRY_TOKEN_FAILED' })
    expect(server.journal.count()).toBe(0)
  })

  // fetch quotes a header that it cannot send, so the secret was part of the message.
  it('refuses a token that no header can carry, without showing it', async () => {
    for (const token of ['secret\n', 'two words', 'sécret', '']) {
      const failed = await connect({ token: () => token }, { retries: 0 })
        .subjects()
        .catch((error: unknown) => error as Error)
      expect(failed).toMatchObject({ code: 'REGISTRY_TOKEN_FAILED' })
      expect((failed as Error).message).not.toContain('cret')
      expect(() => connect({ token })).toThrow(expect.objectContaining({ code: 'REGISTRY_OPTIONS_INVALID' }))
    }
  })

  it('refuses a username with a colon, which would be read as another one', () => {
    expect(() => connect({ username: 'a:b', password: 'c' })).toThrow(
      expect.objectContaining({ code: 'REGISTRY_OPTIONS_INVALID' }),
    )
  })
})
