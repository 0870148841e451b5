import { defineApi } from '../wire/api.ts'
import { since } from '../wire/field.ts'
import { bytes, int16, int64, nullableString } from '../wire/primitives.ts'

/**
 * Carries the tokens of a SASL exchange (KIP-152). A session life above 0 asks for a new authentication
 * before it ends (v1, KIP-368).
 */
export const saslAuthenticate = defineApi({
  key: 36,
  name: 'SaslAuthenticate',
  versions: [0, 2],
  flexibleFrom: 2,
  request: {
    authBytes: bytes,
  },
  response: {
    errorCode: int16,
    errorMessage: nullableString,
    authBytes: bytes,
    sessionLifetimeMs: since(1, int64),
  },
})
