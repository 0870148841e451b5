import { errorCode, saslAuthenticate, type ResponseInputOf } from '@headwater/protocol'
import { SaslRefused } from '../security/sasl-server.ts'
import { defineHandler, type Handler } from './handler.ts'

/**
 * Behaviour: takes the next token of the exchange that SaslHandshake began. A client that fails is told so, late, and
 * hung up on; outside of an exchange it is ILLEGAL_SASL_STATE.
 *
 * Versions: 0 to 2; v1 says how long the session lasts (KIP-368).
 */
export const saslAuthenticateHandler: Handler<typeof saslAuthenticate> = defineHandler({
  api: saslAuthenticate,
  versions: [0, 2],
  async handle({ authBytes }, { authenticator, delayRefusal }) {
    if (!authenticator.exchanging) {
      return failed(
        errorCode.ILLEGAL_SASL_STATE,
        'SaslAuthenticate request received after successful authentication',
      )
    }
    try {
      const { challenge, sessionLifetimeMs } = await authenticator.step(authBytes)
      return {
        errorCode: 0,
        errorMessage: '',
        authBytes: challenge,
        sessionLifetimeMs: BigInt(sessionLifetimeMs),
      }
    } catch (error) {
      if (!(error instanceof SaslRefused)) throw error
      await delayRefusal()
      return failed(errorCode.SASL_AUTHENTICATION_FAILED, error.message)
    }
  },
  fail(_request, code, { authenticator }) {
    authenticator.fail()
    return failed(code, null)
  },
})

function failed(code: number, errorMessage: string | null): ResponseInputOf<typeof saslAuthenticate> {
  return { errorCode: code, errorMessage, authBytes: Buffer.alloc(0) }
}
