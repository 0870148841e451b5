import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { hmac, type ScramCredential, type ScramHash } from './scram-credential.ts'
import { assertOwnIdentity, SaslRefused, type SaslServer, type SaslStep } from './sasl-server.ts'

/** `n,a=authzid,m=reserved,n=user,r=nonce`: the client's first message, its bare part last. */
const firstMessage = /^n,(?:a=([^,]*))?,((?:m=[^,]*,)?n=([^,]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/u
/** `c=binding,r=nonce,p=proof`: the last one, what the proof is made over first. */
const finalMessage = /^(c=[^,]+,r=([^,]+)(?:,.*)?),p=([^,]+)$/u

/** SCRAM (RFC 5802, RFC 7677) as `ScramSaslServer` of Kafka speaks it: without channel binding. */
export class ScramServer implements SaslServer {
  readonly #hash: ScramHash
  readonly #credentialOf: (username: string) => Promise<ScramCredential> | undefined
  /** What the first step came to; the second one needs it. */
  #begun:
    | {
        readonly username: string
        readonly credential: ScramCredential
        readonly nonce: string
        readonly messages: string
      }
    | undefined

  constructor(hash: ScramHash, credentialOf: (username: string) => Promise<ScramCredential> | undefined) {
    this.#hash = hash
    this.#credentialOf = credentialOf
  }

  step(token: Buffer): SaslStep | Promise<SaslStep> {
    return this.#begun === undefined
      ? this.#begin(token.toString('utf8'))
      : this.#finish(token.toString('utf8'))
  }

  async #begin(message: string): Promise<SaslStep> {
    const [, authorizationId = '', bare, saslName, clientNonce] = firstMessage.exec(message) ?? []
    if (bare === undefined || saslName === undefined || clientNonce === undefined)
      throw new SaslRefused('Invalid SCRAM client first message format')
    const username = nameOf(saslName)
    const credential = await this.#credentialOf(username)
    if (credential === undefined) throw new SaslRefused('Authentication failed: Invalid user credentials')
    assertOwnIdentity(nameOf(authorizationId), username)
    const nonce = clientNonce + randomBytes(18).toString('base64url')
    const { salt, iterations } = credential
    const reply = `r=${nonce},s=${salt.toString('base64')},i=${iterations}`
    this.#begun = { username, credential, nonce, messages: `${bare},${reply}` }
    return { challenge: Buffer.from(reply) }
  }

  #finish(message: string): SaslStep {
    const { username, credential, nonce, messages } = this.#begun!
    const [, unproven, echoed, proof] = finalMessage.exec(message) ?? []
    if (unproven === undefined || echoed === undefined || proof === undefined)
      throw new SaslRefused('Invalid SCRAM client final message format')
    if (echoed !== nonce) throw new SaslRefused('Invalid client nonce in the final client message.')
    const whole = `${messages},${unproven}`
    const signature = hmac(this.#hash, credential.storedKey, whole)
    const shown = Buffer.from(proof, 'base64')
    if (shown.length !== signature.length) throw new SaslRefused('Invalid client credentials')
    const clientKey = signature.map((byte, at) => byte ^ shown[at]!)
    const storedKey = createHash(this.#hash).update(clientKey).digest()
    if (!timingSafeEqual(storedKey, credential.storedKey)) throw new SaslRefused('Invalid client credentials')
    const verifier = hmac(this.#hash, credential.serverKey, whole).toString('base64')
    return { challenge: Buffer.from(`v=${verifier}`), authenticated: { principal: username } }
  }
}

/** Names in SCRAM write comma and equals sign in another way. */
function nameOf(saslName: string): string {
  return saslName.replaceAll('=2C', ',').replaceAll('=3D', '=')
}
