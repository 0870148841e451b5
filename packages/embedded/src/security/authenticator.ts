import type { Clock } from '@headwater/base'
import { errorCode, saslAuthenticate, saslHandshake, apiVersions } from '@headwater/protocol'
import { SaslRefused, type Authenticated, type SaslServer } from './sasl-server.ts'
import type { Sasl } from './sasl.ts'

/**
 * Where a connection stands (`SaslServerAuthenticator`):
 *
 * - `handshake`: it must choose a mechanism; it may ask for versions before.
 * - `tokens`: it exchanges tokens and nothing else, in SaslAuthenticate or, after a handshake v0, bare.
 * - `open`: everything is served, until the session expires; a handshake begins anew.
 * - `failed`: it is told so and hung up on.
 */
type AuthenticationState = 'handshake' | 'tokens' | 'open' | 'failed'

/** What becomes of a request: it is served, refused with an answer, or the connection is closed without one. */
export type Admission = 'serve' | 'refuse' | 'hangUp'

/** A client that authenticates anew more often is told that it has authenticated (`KafkaChannel`). */
const minReauthenticationIntervalMs = 1000

/** Watches who is on a connection. */
export class Authenticator {
  readonly #sasl: Sasl | undefined
  readonly #clock: Clock
  #state: AuthenticationState
  #mechanism = ''
  #server: SaslServer | undefined
  #bareTokens = false
  #principal: string | undefined
  #expiresAtMs = Infinity
  #reauthenticatedAtMs = -Infinity

  /** @param sasl - nothing on brokers that let everybody in */
  constructor(sasl: Sasl | undefined, clock: Clock) {
    this.#sasl = sasl
    this.#clock = clock
    this.#state = sasl === undefined ? 'open' : 'handshake'
  }

  /** Who the client is, for rules of access. */
  get principal(): string {
    return this.#principal ?? 'ANONYMOUS'
  }

  /** Whether the next frame is a token without a header. */
  get takesBareToken(): boolean {
    return this.#state === 'tokens' && this.#bareTokens
  }

  get failed(): boolean {
    return this.#state === 'failed'
  }

  get mechanisms(): readonly string[] {
    return this.#sasl?.mechanisms ?? []
  }

  /** What becomes of a request with that key. */
  admit(apiKey: number): Admission {
    switch (this.#state) {
      case 'handshake':
        return apiKey === apiVersions.key || apiKey === saslHandshake.key ? 'serve' : 'hangUp'
      case 'tokens':
        return apiKey === saslAuthenticate.key ? 'serve' : 'refuse'
      case 'open':
        return apiKey === saslHandshake.key || this.#clock.monotonic() <= this.#expiresAtMs
          ? 'serve'
          : 'hangUp'
      case 'failed':
        return 'hangUp'
    }
  }

  /** Begins an exchange. @returns the code for it. */
  handshake(mechanism: string, version: number): number {
    const again = this.#state === 'open'
    if (this.#sasl === undefined || (again && this.#tooSoon())) return errorCode.ILLEGAL_SASL_STATE
    const server = this.#sasl.createServer(mechanism)
    const changed = this.#principal !== undefined && mechanism !== this.#mechanism
    if (server === undefined || changed) {
      this.#state = 'failed'
      return errorCode.UNSUPPORTED_SASL_MECHANISM
    }
    if (again) this.#reauthenticatedAtMs = this.#clock.monotonic()
    this.#server = server
    this.#mechanism = mechanism
    this.#bareTokens = version === 0
    this.#state = 'tokens'
    return 0
  }

  /** Whether somebody is in the middle of an exchange. */
  get exchanging(): boolean {
    return this.#state === 'tokens'
  }

  /**
   * Takes the next token. Rejects with a {@link SaslRefused} whose message the client may be told; the connection is
   * over then.
   */
  async step(token: Buffer): Promise<{ readonly challenge: Buffer; readonly sessionLifetimeMs: number }> {
    try {
      const { challenge, authenticated } = await this.#server!.step(token)
      return { challenge, sessionLifetimeMs: authenticated === undefined ? 0 : this.#enter(authenticated) }
    } catch (error) {
      this.fail()
      if (!(error instanceof SaslRefused)) throw error
      if (error.told) throw error
      const what = this.#principal === undefined ? 'authentication' : 're-authentication'
      throw new SaslRefused(
        `Authentication failed during ${what} due to invalid credentials with SASL mechanism ${this.#mechanism}`,
      )
    }
  }

  fail(): void {
    this.#state = 'failed'
  }

  /** @returns how long the session lasts, in milliseconds; 0 is for ever. */
  #enter({ principal, expiresAtMs }: Authenticated): number {
    if (this.#principal !== undefined && principal !== this.#principal) {
      throw new SaslRefused(
        `Cannot change principals during re-authentication from User.${this.#principal}: User.${principal}`,
        { told: true },
      )
    }
    this.#principal = principal
    this.#state = 'open'
    const maxMs = this.#sasl!.sessionLifetimeMs || Infinity
    const tokenMs = expiresAtMs === undefined ? Infinity : expiresAtMs - this.#clock.now()
    const lifetimeMs = Math.max(0, Math.min(maxMs, tokenMs))
    this.#expiresAtMs = this.#clock.monotonic() + lifetimeMs
    return lifetimeMs === Infinity ? 0 : lifetimeMs
  }

  #tooSoon(): boolean {
    return this.#clock.monotonic() - this.#reauthenticatedAtMs < minReauthenticationIntervalMs
  }
}
