/** What kafkajs gives an authentication provider to exchange a token with; bytes have their length before them. */
type SaslAuthenticate = (exchange: {
  readonly request: { encode(): Promise<Buffer> }
  readonly response: { decode(bytes: Buffer): Buffer; parse(bytes: Buffer): Buffer }
}) => Promise<Buffer | undefined>

interface BearerToken {
  readonly value: string
  readonly extensions?: Readonly<Record<string, string>> | undefined
}

const lengthBytes = 4
const separator = '\u0001'
/** Says that the client has read why its token is refused (RFC 7628 §3.2.3). */
const acknowledgement = Buffer.from(separator)

/**
 * SASL/OAUTHBEARER (RFC 7628) in place of kafkajs's own, which takes every answer without an error code for a success. A
 * broker refuses a token with such an answer: the reason is in its bytes, and the error comes when they are acknowledged.
 * kafkajs hands over a connection that is not authenticated, and the first Produce on it is refused for good with
 * ILLEGAL_SASL_STATE.
 */
export function createOAuthBearerProvider(
  provide: () => Promise<BearerToken>,
  authorizationIdentity: string | undefined,
): (kafkajs: { readonly saslAuthenticate: SaslAuthenticate }) => { authenticate(): Promise<void> } {
  return ({ saslAuthenticate }) => {
    const exchange = async (message: Buffer): Promise<Buffer> => {
      const length = Buffer.alloc(lengthBytes)
      length.writeInt32BE(message.length)
      const answer = await saslAuthenticate({
        request: { encode: async () => Buffer.concat([length, message]) },
        response: { decode: (bytes) => bytes, parse: (bytes) => bytes },
      })
      return answer?.subarray(lengthBytes) ?? Buffer.alloc(0)
    }
    return {
      authenticate: async () => {
        const { value, extensions = {} } = await provide()
        const identity = authorizationIdentity === undefined ? '' : `a=${authorizationIdentity}`
        const fields = [`auth=Bearer ${value}`, ...Object.entries(extensions).map((pair) => pair.join('='))]
        const message = `n,${identity},${separator}${fields.join(separator)}${separator}${separator}`
        const refusal = await exchange(Buffer.from(message))
        if (refusal.length === 0) return
        await exchange(acknowledgement)
        throw new Error(`the token is refused: ${refusal.toString()}`)
      },
    }
  }
}
