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
