import { ChannelError } from './channel-error.ts'

/**
 * Holds that secrets which are set are none that everybody has: under an empty one a digest of an address can be tried
 * out by whoever reads the topic, and a token made by whoever likes. An empty variable of the environment looks like one.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`
 */
export function assertHmacSecrets(secrets: Readonly<Record<string, string | Uint8Array | undefined>>): void {
  for (const [name, secret] of Object.entries(secrets)) {
    if (secret === undefined || (typeof secret === 'string' ? secret.trim() : secret).length > 0) continue
    throw new ChannelError('INVALID_CHANNEL_OPTION', `${name} is empty: give it a secret, or leave it out`)
  }
}
