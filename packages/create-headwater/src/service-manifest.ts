import { readFileSync } from 'node:fs'
import { isLaterYarn } from './package-manager-commands.ts'
import type { ResolvedStarterOptions } from './starter-options.ts'

/**
 * The tools of a new service. Held to the catalog of this workspace by a test, so that they are the versions that were
 * tried.
 */
const toolVersions = {
  '@types/node': '^24.19.2',
  typescript: '^7.0.2',
}

/** The version of this package, which is that of all Headwater packages of the same release. */
function ownVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}

/** The package.json of a new service. */
export function serviceManifest(options: ResolvedStarterOptions): string {
  const { name, channel, packageManager, packageManagerVersion } = options
  const headwater = (...rooms: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(rooms.map((room) => [`@headwater/${room}`, `^${ownVersion()}`]))
  const manifest = {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    scripts: {
      check: 'tsc',
      schemas: 'headwater schemas check',
      start: 'node --env-file-if-exists=.env src/main.ts',
      test: 'node --test "test/**/*.test.ts"',
      types: 'headwater schemas types --out src/schema-types.ts',
      'types:check': 'headwater schemas types --out src/schema-types.ts --check',
    },
    dependencies: headwater(
      ...(channel === 'none' ? [] : ['channels']),
      'config',
      'events',
      'producer',
      'schemas',
    ),
    devDependencies: { ...headwater('cli', 'embedded'), ...toolVersions },
    // From here on Node runs TypeScript without a flag.
    engines: { node: '>=22.18' },
    ...(isLaterYarn(packageManager, packageManagerVersion) && {
      packageManager: `yarn@${packageManagerVersion}`,
    }),
    // Comes with @headwater/schemas; its script does nothing that is needed. npm asks until somebody has decided.
    ...(packageManager === 'npm' && { allowScripts: { protobufjs: false } }),
  }
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}
