import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadRepo } from '../src/load-repo.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'load-repo-'))
  execFileSync('git', ['init', '-q'], { cwd: root })
})
afterEach(() => rmSync(root, { recursive: true }))

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

describe('loadRepo', () => {
  it('reads what git tracks or would track, and nothing that it ignores', () => {
    put('.gitignore', 'dist/\n')
    put('packages/a/dist/index.js', '')
    put('packages/a/src/index.ts', 'export {}')
    put('räume.md', '')
    expect([...loadRepo(root).files.keys()].toSorted()).toEqual([
      '.gitignore',
      'packages/a/src/index.ts',
      'räume.md',
    ])
  })

  it('leaves out a file that was deleted but is still in the index', () => {
    put('gone.md', '')
    execFileSync('git', ['add', '.'], { cwd: root })
    rmSync(join(root, 'gone.md'))
    expect([...loadRepo(root).files.keys()]).toEqual([])
  })

  it('knows a published package from a private one and from a tool', () => {
    put('packages/a/package.json', '{"name":"@headwater/a"}')
    put('packages/b/package.json', '{"name":"@headwater/b","private":true}')
    put('tooling/c/package.json', '{"name":"@headwater/c"}')
    const published = loadRepo(root).packages.filter((each) => each.published)
    expect(published.map((each) => each.folder)).toEqual(['packages/a'])
  })
})
