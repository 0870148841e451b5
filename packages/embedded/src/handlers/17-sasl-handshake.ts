import { errorCode, saslHandshake } from '@headwater/protocol'
import { defineHandler, type Handler } from './handler.ts'

/**
 * Behaviour: a mechanism that is switched on begins an exchange, also on a connection that has authenticated. Others
 * are told what there is, late, and hung up on. Where nobody needs to authenticate it is ILLEGAL_SASL_STATE.
 *
 * Versions: 0 to 1; after v0 the tokens travel bare, after v1 in SaslAuthenticate.
 */
export const saslHandshakeHandler: Handler<typeof saslHandshake> = defineHandler({
  api: saslHandshake,
  versions: [0, 1],
  async handle({ mechanism }, context) {
    const { authenticator, version } = context
    const code = authenticator.handshake(mechanism, version)
    if (authenticator.failed) await context.delayRefusal()
    const mechanisms = code === errorCode.ILLEGAL_SASL_STATE ? [] : authenticator.mechanisms
    return { errorCode: code, mechanisms }
  },
  fail(_request, code, { authenticator }) {
    authenticator.fail()
    return { errorCode: code, mechanisms: authenticator.mechanisms }
  },
})
