import { HeadwaterError } from '@headwater/base'

/** Who has authenticated. */
export interface Authenticated {
  readonly principal: string
  /** When what was shown ends, in milliseconds since the epoch. */
  readonly expiresAtMs?: number | undefined
}

/** What a token came to. */
export interface SaslStep {
  /** What goes back to the client. */
  readonly challenge: Buffer
  /** Set when the exchange is complete. */
  readonly authenticated?: Authenticated | undefined
}

/** The broker's side of one exchange. Each token of the client is one step. */
export interface SaslServer {
  /** @throws SaslRefused - when the client is not who it says, or does not speak the mechanism */
  step(token: Buffer): SaslStep | Promise<SaslStep>
}

/** An exchange that failed. */
export class SaslRefused extends HeadwaterError<'SASL_AUTHENTICATION_FAILED'> {
  /** Whether the client is told the message; else it hears only that its credentials are not valid. */
  readonly told: boolean

  constructor(message: string, { told = false }: { readonly told?: boolean } = {}) {
    super('SASL_AUTHENTICATION_FAILED', message)
    this.told = told
  }
}

/** In both mechanisms that have it, a client may only speak for itself. */
export function assertOwnIdentity(authorizationId: string, username: string): void {
  if (authorizationId === '' || authorizationId === username) return
  throw new SaslRefused(
    'Authentication failed: Client requested an authorization id that is different from username',
    { told: true },
  )
}
