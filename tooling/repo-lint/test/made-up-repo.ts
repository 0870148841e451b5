import { createRepoView, type RepoView } from '../src/repo-view.ts'

/** A package.json that breaks no rule; `changes` break one. */
export function madeUpManifest(folder: string, changes: object = {}): string {
  const [kind, room] = folder.split('/')
  return JSON.stringify({
    name: `@headwater/${room}`,
    version: '1.0.0',
    ...(kind === 'packages' ? {} : { private: true }),
    description: 'What this is for, in one line',
    license: 'Apache-2.0',
    repository: { directory: folder },
    files: ['dist'],
    type: 'module',
    sideEffects: false,
    exports: { '.': './src/index.ts', './package.json': './package.json' },
    publishConfig: {
      access: 'public',
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './package.json': './package.json',
      },
    },
    engines: { node: '>=22.15' },
    ...changes,
  })
}

/** A small tree that every rule accepts, with `files` laid over it; undefined takes a file away. */
export function madeUpRepo(files: Readonly<Record<string, string | undefined>> = {}): RepoView {
  const all: Record<string, string | undefined> = {
    LICENSE: 'text',
    'package.json': JSON.stringify({ license: 'Apache-2.0', devDependencies: { vitest: 'catalog:' } }),
    ...roomFiles('packages/base'),
    ...roomFiles('packages/protocol', { dependencies: { '@headwater/base': 'workspace:*' } }),
    ...roomFiles('packages/producer', {
      dependencies: { '@headwater/base': 'workspace:*', '@headwater/protocol': 'workspace:*' },
    }),
    ...files,
  }
  return createRepoView(
    new Map(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  )
}

/** One published package with its README and the test that runs it. */
export function roomFiles(folder: string, changes: object = {}): Readonly<Record<string, string>> {
  return {
    [`${folder}/package.json`]: madeUpManifest(folder, changes),
    [`${folder}/README.md`]: 'One line.\n\n```ts\nconsole.log(1)\n```\n',
    [`${folder}/src/index.ts`]: "export { one } from './one.ts'\n",
    [`${folder}/src/one.ts`]: 'export const one: number = 1\n',
    [`${folder}/test/readme.test.ts`]: "import { it } from 'vitest'\nit('runs README.md', () => {})\n",
  }
}
