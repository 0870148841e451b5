import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

describe('headwater', () => {
  it('ends without a word when its reader goes away', async () => {
    // `schemas explain` was cut with a stack of Node's.
    const line = `{ "$0" "$1" config table; echo "ended with $?" >&2; } | true`
    const flags = ['-c', line, process.execPath, main]
    const stderr = await new Promise<string>((resolve) => {
      execFile('sh', flags, (_error, _stdout, text) => resolve(text))
    })
    // A reader that is gone early enough makes it end with 141; one that is late lets it end as always.
    expect(stderr).toMatch(/^ended with (?:141|0)\n$/)
  })
})
