import type { PackageManager } from './starter-options.ts'

/** Who is spoken to. Yarn 2 and later are another program than yarn 1, with a lockfile that yarn 1 cannot read. */
type Speech = PackageManager | 'laterYarn'

/** What the templates say for npm, in the words of each package manager; longer phrases come first. */
const phrases: readonly (Readonly<Record<PackageManager, string>> &
  Readonly<Partial<Record<Speech, string>>>)[] = [
  {
    npm: 'npm ci',
    pnpm: 'npm install --global pnpm && pnpm install --frozen-lockfile',
    // Images of Node have a yarn 1 of their own already, which npm does not replace without --force.
    yarn: 'npm install --global --force yarn && yarn install --frozen-lockfile',
    laterYarn: 'corepack enable && yarn install --immutable',
  },
  { npm: 'npm install', pnpm: 'pnpm install', yarn: 'yarn install' },
  { npm: 'npm run', pnpm: 'pnpm run', yarn: 'yarn run' },
  { npm: 'npx headwater', pnpm: 'pnpm exec headwater', yarn: 'yarn headwater' },
]

/**
 * A text of the templates, which are written for npm, for the package manager that was chosen.
 *
 * @param version - of the package manager, where it is known
 */
export function forPackageManager(text: string, packageManager: PackageManager, version?: string): string {
  if (packageManager === 'npm') return text
  const speech: Speech = isLaterYarn(packageManager, version) ? 'laterYarn' : packageManager
  const known = new RegExp(phrases.map((phrase) => phrase.npm).join('|'), 'g')
  return text.replace(known, (found) => {
    const phrase = phrases.find(({ npm }) => npm === found)
    return phrase?.[speech] ?? phrase?.[packageManager] ?? found
  })
}

/** Whether it is yarn 2 or later. Where nobody says which yarn it is, it is the one that npm has under this name: 1. */
export function isLaterYarn(packageManager: PackageManager, version: string | undefined): boolean {
  return packageManager === 'yarn' && Number.parseInt(version ?? '1', 10) > 1
}
