import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, describe, onTestFinished } from 'vitest'
import { findRealTierPackages } from '../src/real-tier-packages.ts'

function workspace(tests: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'headwater-tiers-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [room, test] of Object.entries(tests)) {
    mkdirSync(join(root, room, 'test/deep'), { recursive: true })
    writeFileSync(join(root, room, 'package.json'), JSON.stringify({ name: `@scope/${room.split('/')[1]}` }))
    writeFileSync(join(root, room, 'test', test), '')
  }
  return root
}

describe('findRealTierPackages', () => {
  it('finds those with tests of the real tier, however deep, in all rooms', () => {
    const root = workspace({
      'packages/one': 'one.kafka.test.ts',
      'packages/two': 'two.embedded.test.ts',
      'apps/three': 'three.test.ts',
      'tooling/four': 'deep/four.kafka.test.ts',
    })
    expect(findRealTierPackages(root)).toEqual(['@scope/four', '@scope/one'])
  })
})
