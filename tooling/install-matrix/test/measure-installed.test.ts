import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { measureInstalled } from '../src/budgets/measure-installed.ts'

const folder = mkdtempSync(join(tmpdir(), 'measure-installed-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Writes a package and gives its size. */
function put(path: string, name: string, dependencies: Readonly<Record<string, string>> = {}): number {
  const place = join(folder, path)
  mkdirSync(place, { recursive: true })
  const manifest = JSON.stringify({ name, version: '1.0.0', dependencies })
  writeFileSync(join(place, 'package.json'), manifest)
  writeFileSync(join(place, 'index.js'), 'x'.repeat(100))
  return manifest.length + 100
}

describe('measureInstalled', () => {
  it('counts what it needs once, and nothing that somebody else brought', () => {
    const one = put('node_modules/one', 'one', { two: '1', three: '1' })
    const two = put('node_modules/two', 'two', { three: '1' })
    const three = put('node_modules/three', 'three')
    put('node_modules/stranger', 'stranger')
    const installed = measureInstalled(folder, 'one')
    expect(installed.dependencies).toEqual(['three@1.0.0', 'two@1.0.0'])
    expect(installed.bytes).toBe(one + two + three)
  })

  it('takes the copy that lies nearest, as Node does', () => {
    const one = put('node_modules/one', 'one', { two: '1' })
    put('node_modules/two', 'two', { stranger: '1' })
    const own = put('node_modules/one/node_modules/two', 'two')
    expect(measureInstalled(folder, 'one').bytes).toBe(one + own)
  })

  it('follows the links that pnpm makes', () => {
    const one = put('node_modules/.pnpm/one@1/node_modules/one', 'one', { two: '1' })
    const two = put('node_modules/.pnpm/two@1/node_modules/two', 'two')
    for (const [link, target] of [
      ['node_modules/one', 'node_modules/.pnpm/one@1/node_modules/one'],
      ['node_modules/.pnpm/one@1/node_modules/two', 'node_modules/.pnpm/two@1/node_modules/two'],
    ] as const) {
      mkdirSync(dirname(join(folder, link)), { recursive: true })
      symlinkSync(join(folder, target), join(folder, link))
    }
    expect(measureInstalled(folder, 'one')).toEqual({ bytes: one + two, dependencies: ['two@1.0.0'] })
  })

  it('throws when the package is not there', () => {
    expect(() => measureInstalled(folder, 'one')).toThrow('one is not installed')
  })
})
