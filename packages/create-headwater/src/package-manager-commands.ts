import type { PackageManager } from './starter-options.ts'

/** What the templates say for npm, in the words of each package manager; longer phrases come first. */
const phrases: readonly Readonly<Record<PackageManager, string>>[] = [
  {
    npm: 'npm ci',
    pnpm: 'npm install --global pnpm && pnpm install --frozen-lockfile',
    yarn: 'npm install --global yarn && yarn install --frozen-lockfile',
  },
  { npm: 'npm install', pnpm: 'pnpm install', yarn: 'yarn install' },
  { npm: 'npm run', pnpm: 'pnpm run', yarn: 'yarn run' },
  { npm: 'npx headwater', pnpm: 'pnpm exec headwater', yarn: 'yarn headwater' },
]

/** A text of the templates, which are written for npm, for the package manager that was chosen. */
export function forPackageManager(text: string, packageManager: PackageManager): string {
  if (packageManager === 'npm') return text
  const known = new RegExp(phrases.map((phrase) => phrase.npm).join('|'), 'g')
  return text.replace(
    known,
    (found) => phrases.find((phrase) => phrase.npm === found)?.[packageManager] ?? found,
  )
}
