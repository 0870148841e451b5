import { assertOwnIdentity, SaslRefused, type SaslServer, type SaslStep } from './sasl-server.ts'

/** PLAIN (RFC 4616): name and password in one token, as `PlainSaslServer` of Kafka takes them. */
export class PlainServer implements SaslServer {
  readonly #users: ReadonlyMap<string, string>

  constructor(users: ReadonlyMap<string, string>) {
    this.#users = users
  }

  step(token: Buffer): SaslStep {
    const parts = token.toString('utf8').split('\0')
    const [authorizationId, username, password] = parts
    if (authorizationId === undefined || username === undefined || password === undefined || parts.length > 3)
      throw new SaslRefused(`Invalid SASL/PLAIN response: expected 3 tokens, got ${parts.length}`)
    if (username === '') throw new SaslRefused('Authentication failed: username not specified')
    if (password === '') throw new SaslRefused('Authentication failed: password not specified')
    if (this.#users.get(username) !== password) {
      throw new SaslRefused('Authentication failed: Invalid username or password', { told: true })
    }
    assertOwnIdentity(authorizationId, username)
    return { challenge: Buffer.alloc(0), authenticated: { principal: username } }
  }
}
