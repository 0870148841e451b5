import type { Logger } from '@headwater/base'
import { OAuthBearerServer } from './oauth-bearer-server.ts'
import { PlainServer } from './plain-server.ts'
import { assertSaslOptions, type SaslMechanism, type SaslOptions } from './sasl-options.ts'
import type { SaslServer } from './sasl-server.ts'
import { createScramCredential, type ScramCredential, type ScramHash } from './scram-credential.ts'
import { ScramServer } from './scram-server.ts'

/** How clients of a cluster authenticate: its mechanisms, users and sessions. */
export class Sasl {
  readonly mechanisms: readonly SaslMechanism[]
  /** 0 is for ever. */
  readonly sessionLifetimeMs: number
  readonly #options: SaslOptions
  readonly #logger: Logger
  readonly #users: ReadonlyMap<string, string>
  /** Made when a user first comes, since deriving keys takes its time. */
  readonly #credentials = new Map<string, Promise<ScramCredential>>()

  constructor(options: SaslOptions, logger: Logger) {
    assertSaslOptions(options)
    this.mechanisms = options.mechanisms
    this.sessionLifetimeMs = options.sessionLifetimeMs ?? 0
    this.#options = options
    this.#logger = logger
    this.#users = new Map(Object.entries(options.users ?? {}))
  }

  /** The broker's side of an exchange; nothing for a mechanism that is not switched on. */
  createServer(mechanism: string): SaslServer | undefined {
    switch (this.mechanisms.find((name) => name === mechanism)) {
      case 'PLAIN':
        return new PlainServer(this.#users)
      case 'SCRAM-SHA-256':
        return new ScramServer('sha256', (user) => this.#credentialOf('sha256', user))
      case 'SCRAM-SHA-512':
        return new ScramServer('sha512', (user) => this.#credentialOf('sha512', user))
      case 'OAUTHBEARER':
        return new OAuthBearerServer(this.#options.validateToken!, this.#logger)
      case undefined:
        return undefined
    }
  }

  #credentialOf(hash: ScramHash, username: string): Promise<ScramCredential> | undefined {
    const password = this.#users.get(username)
    if (password === undefined) return undefined
    const key = `${hash}/${username}`
    const known = this.#credentials.get(key)
    if (known !== undefined) return known
    const made = createScramCredential(hash, password)
    this.#credentials.set(key, made)
    return made
  }
}
