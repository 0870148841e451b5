import { toError, type Logger } from '@headwater/base'
import type { SaslOptions, TokenIdentity } from './sasl-options.ts'
import { SaslRefused, type SaslServer, type SaslStep } from './sasl-server.ts'

/** `n,a=authzid,` and then pairs of names and values, each ended by 0x01, and another 0x01 (RFC 7628). */
// oxlint-disable-next-line no-control-regex -- the separator is a control character
const initialResponse = /^n,(?:a=([^,]*))?,\x01((?:[A-Za-z]+=[^\x01]*\x01)*)\x01$/u
// oxlint-disable-next-line no-control-regex -- the separator is a control character
const bearer = /(?:^|\x01)auth=bearer +([-._~+/A-Za-z0-9]+=*)\x01/iu

/** What a client sends when it has read why its token was refused. */
const acknowledged = 1

/** What the client is told of a token that does not count (`OAuthBearerSaslServer`). */
const invalidToken = '{"status":"invalid_token"}'

/** OAUTHBEARER: a token, and a function that says whom it speaks for. */
export class OAuthBearerServer implements SaslServer {
  readonly #validate: NonNullable<SaslOptions['validateToken']>
  readonly #logger: Logger
  #refused = false

  constructor(validate: NonNullable<SaslOptions['validateToken']>, logger: Logger) {
    this.#validate = validate
    this.#logger = logger
  }

  async step(token: Buffer): Promise<SaslStep> {
    if (this.#refused && token.length === 1 && token[0] === acknowledged)
      throw new SaslRefused(invalidToken, { told: true })
    this.#refused = false
    const [, authorizationId = '', pairs = ''] = initialResponse.exec(token.toString('utf8')) ?? []
    const value = bearer.exec(pairs)?.[1]
    if (value === undefined) throw new SaslRefused('Invalid OAUTHBEARER initial client response')
    const identity = await this.#identityOf(value)
    if (identity === undefined) {
      this.#refused = true
      return { challenge: Buffer.from(invalidToken) }
    }
    const { principal } = identity
    if (authorizationId !== '' && authorizationId !== principal) {
      throw new SaslRefused(
        `Authentication failed: Client requested an authorization id (${authorizationId}) that is different from the token's principal name (${principal})`,
        { told: true },
      )
    }
    return { challenge: Buffer.alloc(0), authenticated: identity }
  }

  /** A validator that throws has not found the token valid; the client is not told why. */
  async #identityOf(token: string): Promise<TokenIdentity | undefined> {
    try {
      return await this.#validate(token)
    } catch (error) {
      this.#logger.debug({ err: toError(error) }, 'the validator refused a token')
      return undefined
    }
  }
}
