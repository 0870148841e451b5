import { defineApi } from '../wire/api.ts'
import { array, int16, string } from '../wire/primitives.ts'

/**
 * Chooses a SASL mechanism. After v1 the tokens travel in SaslAuthenticate, after v0 bare (KIP-43,
 * KIP-152).
 */
export const saslHandshake = defineApi({
  key: 17,
  name: 'SaslHandshake',
  versions: [0, 1],
  request: {
    mechanism: string,
  },
  response: {
    errorCode: int16,
    mechanisms: array(string),
  },
})
