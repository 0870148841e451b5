import type { SaslSettings } from '@headwater/base'

/** The fields of each mechanism that kafkajs 2.2.4 has built in. */
const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  plain: ['username', 'password'],
  'scram-sha-256': ['username', 'password'],
  'scram-sha-512': ['username', 'password'],
  oauthbearer: ['oauthBearerProvider', 'authorizationIdentity'],
  aws: ['authorizationIdentity', 'accessKeyId', 'secretAccessKey', 'sessionToken'],
}

/** Our settings in kafkajs's words. */
export function toKafkajsSasl(sasl: SaslSettings): Readonly<Record<string, unknown>> {
  if (sasl.mechanism !== 'oauthbearer') {
    return { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password }
  }
  return { mechanism: sasl.mechanism, oauthBearerProvider: async () => ({ value: await sasl.token() }) }
}

/**
 * A copy of a kafkajs `sasl` object for one connection alone.
 *
 * kafkajs writes an `authenticationProvider`, bound to the credentials of that moment, into the object it is given,
 * and prefers it ever after. A spread copy carries it along, and so connects with old credentials whatever the new
 * ones are. For the mechanisms that kafkajs has built in, only the named fields are copied, so that each connection
 * reads the credentials that stand there now.
 */
export function copyKafkajsSasl(sasl: object): Record<string, unknown> {
  const source = sasl as Readonly<Record<string, unknown>>
  const fields = fieldsOf[String(source['mechanism']).toLowerCase()]
  // A provider of the user's own, for a mechanism that has none built in or in place of the built-in one.
  if (fields === undefined || source[fields[0]!] === undefined) return { ...source }
  return Object.fromEntries(['mechanism', ...fields].map((field) => [field, source[field]]))
}
