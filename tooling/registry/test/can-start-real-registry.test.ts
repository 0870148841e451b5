import { expect, describe, it, vi } from 'vitest'
import { canStartRealRegistry } from '../src/index.ts'

const nothing = { PATH: '/nowhere', HEADWATER_KAFKA_CACHE: '/nowhere' }

describe('canStartRealRegistry', () => {
  it('says what is missing, once, and is false', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined)
    expect(await canStartRealRegistry(nothing)).toBe(false)
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/are skipped: .*apt-get install maven/)]])
    warn.mockRestore()
  })

  it('throws instead where a real registry is required', async () => {
    const required = { ...nothing, HEADWATER_REQUIRE_KAFKA: '1' }
    await expect(canStartRealRegistry(required)).rejects.toThrow(/HEADWATER_REQUIRE_KAFKA=1, but .* no Maven/)
  })
})
