import { assertOwnIdentity, SaslRefused, type SaslServer, type SaslStep } from './sasl-server.ts'

/** Kafka does not count further. */
const mostParts = 4

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
      throw refused(
        `Invalid SASL/PLAIN response: expected 3 tokens, got ${Math.min(parts.length, mostParts)}`,
      )
    if (username === '') throw refused('Authentication failed: username not specified')
    if (password === '') throw refused('Authentication failed: password not specified')
    if (this.#users.get(username) !== password)
      throw refused('Authentication failed: Invalid username or password')
    assertOwnIdentity(authorizationId, username)
    return { challenge: Buffer.alloc(0), authenticated: { principal: username } }
  }
}

function refused(message: string): SaslRefused {
  return new SaslRefused(message, { told: true })
}
