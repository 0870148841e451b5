import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { resolveOptions } from '../src/engine/resolve-options.ts'
import type { ProducerTuning } from '../src/index.ts'
import { spoolDefaults } from '../src/spool/spool-options.ts'

const folder = 'spool'
const problemsOf = (options: unknown): string => {
  try {
    resolveOptions(options as ProducerTuning)
  } catch (error) {
    return (error as Error).message
  }
  return 'none'
}

describe('onUnavailable, the option', () => {
  it('is off by default, and fills in its own defaults', () => {
    expect(resolveOptions({}).onUnavailable).toBeUndefined()
    expect(resolveOptions({ onUnavailable: { folder, sync: undefined } }).onUnavailable).toEqual({
      folder,
      ...spoolDefaults,
    })
  })

  it('waits no longer than a record lives', () => {
    const { onUnavailable } = resolveOptions({
      requestTimeoutMs: 1000,
      deliveryTimeoutMs: 2000,
      onUnavailable: { folder },
    })
    expect(onUnavailable!.afterMs).toBe(2000)
  })

  it.each([
    ['yes', 'must be an object with a folder'],
    [null, 'must be an object with a folder'],
    [{}, 'folder must be the path'],
    [{ folder: '' }, 'folder must be the path'],
    [{ folder, maxbytes: 1 }, 'onUnavailable.maxbytes is not an option'],
    [{ folder, maxBytes: 100 }, 'maxBytes must be a whole number from 8192'],
    [{ folder, afterMs: -1 }, 'afterMs must be a whole number'],
    [{ folder, afterMs: 120_001 }, 'afterMs must be a whole number from 0 to deliveryTimeoutMs (120000)'],
    [{ folder, spoolUnknown: 1 }, 'spoolUnknown must be true or false'],
    [{ folder, sync: 'sometimes' }, "sync must be 'always' or 'never'"],
  ])('refuses %j', (onUnavailable, problem) => {
    expect(problemsOf({ onUnavailable })).toContain(problem)
  })

  it('contradicts acks 0 and transactions', () => {
    const onUnavailable = { folder }
    expect(problemsOf({ onUnavailable, acks: 0, enableIdempotence: false })).toContain('contradicts acks 0')
    expect(problemsOf({ onUnavailable, transactionalId: 't' })).toContain('contradicts transactionalId')
  })

  it('says in its documentation what the defaults are', () => {
    const source = readFileSync(new URL('../src/spool/spool-options.ts', import.meta.url), 'utf8')
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    for (const [name, value] of Object.entries(spoolDefaults)) {
      const shown = typeof value === 'string' ? `'${value}'` : String(value)
      const documented = new RegExp(`@defaultValue \`?${shown}[^]{0,80}readonly ${name}\\?`)
      expect(source).toMatch(documented)
      expect(readme).toMatch(new RegExp(`\\| \`${name}\` +\\| \`${shown}\``))
    }
  })
})
