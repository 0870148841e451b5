import { describe, expect, it } from 'vitest'
import { documentedCommands } from '../../src/rules/documented-commands.ts'
import { madeUpManifest, madeUpRepo } from '../made-up-repo.ts'

const saying = (text: string): readonly { readonly message: string }[] =>
  documentedCommands(
    madeUpRepo({
      'README.md': text,
      'package.json': JSON.stringify({ scripts: { 'test:kafka': 'x' } }),
      'packages/base/package.json': madeUpManifest('packages/base', { scripts: { build: 'x' } }),
    }),
  )

describe('documentedCommands', () => {
  it('refuses a command that does not exist, in a block and in a sentence', () => {
    expect(saying('```sh\nnpx -y pnpm@10.34.9 demo\n```')).toMatchObject([{ line: 2 }])
    expect(saying('Run `pnpm test`, then `pnpm demo`.')).toHaveLength(2)
    expect(saying('Run `pnpm build && pnpm test:kafka`.')).toHaveLength(1)
  })

  it('accepts the scripts of the root, those of a package behind --filter, and what pnpm knows', () => {
    expect(saying('`pnpm test:kafka` and `pnpm --filter @headwater/base build` and `pnpm install`')).toEqual(
      [],
    )
  })

  it('reads no commands into sentences', () => {
    expect(saying('Here pnpm is brought along, and `HEADWATER_X=pnpm` is no command.')).toEqual([])
  })
})
