import type { ConnectionSettings, Credentials } from '@headwater/base'
import { parseBrokerAddress } from './broker-address.ts'

/** All that can be said of a connection. */
const names: Readonly<Record<keyof ConnectionSettings, true>> = {
  brokers: true,
  clientId: true,
  tls: true,
  sasl: true,
  credentials: true,
  connectTimeoutMs: true,
}

/** What a timer can wait. */
const maxTimerMs = 0x7fffffff

/**
 * What is wrong with the settings of a connection. A name that is none is not passed over: with kafkajs's `ssl` in place
 * of `tls` a password would travel in the clear.
 */
export function* connectionProblems(settings: ConnectionSettings | undefined): Generator<string> {
  if (typeof settings !== 'object' || settings === null) {
    yield "say how the cluster is reached: connection: { brokers: ['localhost:9092'] }, or kafka (a client of kafkajs), or links"
    return
  }
  yield* unknownNames(settings, 'connection', names)
  const { brokers, clientId, tls, sasl, credentials, connectTimeoutMs } = settings
  if (!Array.isArray(brokers)) yield '`brokers` must be a list of addresses, each as host:port'
  else if (brokers.length === 0) yield '`brokers` is empty: name one broker at least, as host:port'
  for (const broker of Array.isArray(brokers) ? (brokers as readonly unknown[]) : []) {
    if (typeof broker !== 'string' || parseBrokerAddress(broker) === undefined)
      yield `\`brokers\` names "${String(broker)}", which is not host:port (or [ipv6]:port)`
  }
  yield* tlsProblems(tls, 'connection')
  yield* saslProblems(sasl, 'connection')
  if (clientId !== undefined && typeof clientId !== 'string')
    yield `connection.clientId must be a text, not a ${typeof clientId}`
  if (credentials !== undefined && typeof credentials !== 'function')
    yield 'connection.credentials must be a function that gives tls and sasl'
  const isWait =
    Number.isInteger(connectTimeoutMs) && connectTimeoutMs! >= 1 && connectTimeoutMs! <= maxTimerMs
  if (connectTimeoutMs !== undefined && !isWait)
    yield `connection.connectTimeoutMs must be a whole number from 1 to ${maxTimerMs}, not ${String(connectTimeoutMs)}`
}

/** What is wrong with what a function gave for one connection. */
export function* credentialsProblems(given: Credentials): Generator<string> {
  if (typeof given !== 'object' || given === null) return
  yield* unknownNames(given, 'credentials', { tls: true, sasl: true })
  yield* tlsProblems(given.tls, 'credentials')
  yield* saslProblems(given.sasl, 'credentials')
}

function* unknownNames(given: object, where: string, known: object): Generator<string> {
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(known, name) || value === undefined) continue
    yield `${where}.${name} is not an option${name === 'ssl' ? '; it is called tls here' : ''}`
  }
}

function* tlsProblems(tls: unknown, where: string): Generator<string> {
  if (tls !== undefined && typeof tls !== 'boolean' && typeof tls !== 'object')
    yield `${where}.tls must be true, false or the options of tls.connect, not ${JSON.stringify(tls)}`
}

const passwordMechanisms: readonly unknown[] = ['plain', 'scram-sha-256', 'scram-sha-512']

/** What is missing is not left to the broker to refuse, minutes later. Says nothing of a password but that it is none. */
function* saslProblems(sasl: unknown, where: string): Generator<string> {
  // Null is no SASL, as it is no TLS.
  if (sasl === undefined || sasl === null) return
  const { mechanism, username, password, token } = sasl as Readonly<Record<string, unknown>>
  if (mechanism === 'oauthbearer') {
    if (typeof token !== 'function') yield `${where}.sasl.token must be a function that gives a token`
    return
  }
  if (!passwordMechanisms.includes(mechanism)) {
    const known = [...passwordMechanisms, 'oauthbearer'].join(', ')
    yield `${where}.sasl.mechanism must be one of ${known}, not ${String(mechanism)}`
    return
  }
  for (const [name, value] of Object.entries({ username, password }))
    if (typeof value !== 'string') yield `${where}.sasl.${name} must be a text`
}
