import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { linkModules } from '../src/link-modules.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'link-modules-'))
  mkdirSync(join(root, 'packages/one/node_modules/@somebody/thing'), { recursive: true })
  writeFileSync(join(root, 'packages/one/package.json'), '{ "name": "@ours/one" }')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('linkModules', () => {
  it('links every package, and what it depends on, and may be called again', () => {
    const folder = join(root, 'scratch')
    linkModules(root, folder)
    linkModules(root, folder)
    expect(existsSync(join(folder, 'node_modules/@ours/one/package.json'))).toBe(true)
    expect(existsSync(join(folder, 'node_modules/@somebody/thing'))).toBe(true)
  })
})
