import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freshCloneCommands } from '../src/fresh-clone-commands.ts'

const contributing = readFileSync(join(import.meta.dirname, '../../../CONTRIBUTING.md'), 'utf8')

describe('freshCloneCommands', () => {
  it('takes the commands of marked blocks, with the pinned pnpm and without remarks', () => {
    const document = [
      '```sh\npnpm bench\n```',
      '<!-- fresh clone -->\n\n```sh\n# first\npnpm install\npnpm --filter a test   # the tests of a\n```',
      '<!-- fresh clone -->\n```sh\n.ci/run\n```',
    ].join('\n\n')
    expect(freshCloneCommands(document, 'pnpm@1.2.3')).toEqual([
      'npx -y pnpm@1.2.3 install',
      'npx -y pnpm@1.2.3 --filter a test',
      '.ci/run',
    ])
  })

  it('finds an install and then a test in CONTRIBUTING.md', () => {
    const [first = '', second = '', ...more] = freshCloneCommands(contributing, 'pnpm')
    expect(first).toMatch(/ install$/)
    expect(second).toMatch(/ test\b/)
    expect(more.length).toBeGreaterThan(0)
  })
})
