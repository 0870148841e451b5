import { describe, expect, it } from 'vitest'
import { declaredDependencies } from '../../src/rules/declared-dependencies.ts'
import { madeUpManifest, madeUpRepo } from '../made-up-repo.ts'

const withZodIn = (field: string, path: string): ReturnType<typeof madeUpRepo> =>
  madeUpRepo({
    'packages/base/package.json': madeUpManifest('packages/base', { [field]: { zod: 'catalog:' } }),
    [path]: "import type { z } from 'zod/v4'",
  })

describe('declaredDependencies', () => {
  it('refuses in src what only tests may count on, types too', () => {
    expect(declaredDependencies(withZodIn('devDependencies', 'packages/base/src/a.ts'))).toEqual([
      {
        path: 'packages/base/src/a.ts',
        line: 1,
        message: 'imports zod/v4, which is only a development dependency',
      },
    ])
    expect(declaredDependencies(withZodIn('devDependencies', 'packages/base/test/a.test.ts'))).toEqual([])
    expect(declaredDependencies(withZodIn('peerDependencies', 'packages/base/src/a.ts'))).toEqual([])
  })

  it('refuses what is declared nowhere', () => {
    const repo = madeUpRepo({ 'packages/base/test/a.test.ts': "import '@scope/name/inside'" })
    expect(declaredDependencies(repo)[0]?.message).toBe(
      'imports @scope/name/inside, which is not declared in package.json',
    )
  })

  it('knows the modules that Node brings along', () => {
    expect(
      declaredDependencies(madeUpRepo({ 'packages/base/src/a.ts': "import 'node:fs/promises'" })),
    ).toEqual([])
  })
})
