/**
 * @confluentinc/schemaregistry, in exactly the version of this folder's package.json. It stays outside the workspace,
 * with a lockfile of its own: with the clients of three clouds' key stores it has 290 packages, and only those who
 * measure need it. `pnpm bench schemas` calls {@link installPeers}; `node install-peers.ts` does the same by hand.
 *
 * No install script of any package runs (.npmrc).
 */
import { installFromLockfile } from '@headwater/kafka'

/** `npm ci`, unless this very lockfile is installed. Two callers at once wait for each other. Throws when npm fails. */
export function installPeers(): Promise<void> {
  return installFromLockfile(import.meta.dirname, () =>
    console.error('installing @confluentinc/schemaregistry (npm ci)'),
  )
}

if (import.meta.main) await installPeers()
