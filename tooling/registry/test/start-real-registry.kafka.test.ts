import { describe, expect, it } from 'vitest'
import { canStartRealRegistry, startRealRegistry } from '../src/index.ts'

const here = await canStartRealRegistry()

// Without a real registry there is nothing to hold them to; the line printed above says why there is none.
describe.skipIf(!here)('startRealRegistry', () => {
  it('answers, checks BACKWARD, and leaves no process behind', { timeout: 300_000 }, async () => {
    const registry = await startRealRegistry()
    const level = await fetch(`${registry.url}/config`)
    expect(await level.json()).toMatchObject({ compatibilityLevel: 'BACKWARD' })
    expect(process.kill(registry.pid, 0)).toBe(true)
    await Promise.all([registry.close(), registry.close()])
    expect(() => process.kill(registry.pid, 0)).toThrow(/ESRCH/)
    await expect(fetch(registry.url)).rejects.toThrow()
  })

  it('says in its error what the log said when the time runs out', { timeout: 60_000 }, async () => {
    await expect(startRealRegistry({ startTimeoutMs: 0 })).rejects.toMatchObject({
      code: 'REGISTRY_START_TIMEOUT',
    })
  })
})
