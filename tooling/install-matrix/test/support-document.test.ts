import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dimensions, leftOut } from '../src/matrix/dimensions.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/support.md'), 'utf8')
const peers = JSON.parse(readFileSync(join(import.meta.dirname, '../peers/package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>
}
/** `7.0.2` of `npm:typescript@7.0.2`. */
const version = (peer: string): string => (peers.dependencies[peer] ?? '').replace(/^npm:.*@/, '')

describe('supportDocument', () => {
  it('was written with the package managers and compilers that are pinned now', () => {
    const names = ['npm', 'pnpm-10', 'pnpm-11', 'yarn', '@yarnpkg/cli-dist', 'verdaccio']
    const compilers = dimensions.typescript.map((major) => `typescript-${major}`)
    const missing = [...names, ...compilers].filter((peer) => !page.includes(version(peer)))
    expect(missing, 'run pnpm build && pnpm install-matrix --full').toEqual([])
  })

  it('says what is left out now', () => {
    expect(leftOut.filter((each) => !page.includes(each))).toEqual([])
  })
})
