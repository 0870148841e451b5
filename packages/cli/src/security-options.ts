import type { SaslMechanism, StartKafkaOptions } from '@headwater/embedded'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { createSecureContext } from 'node:tls'
import { readArgumentFile } from './read-argument-file.ts'

/** What `up` takes about who may connect, and how. */
export interface SecurityOptions {
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly saslMechanism?: readonly SaslMechanism[]
  readonly saslUser?: Readonly<Record<string, string>>
}

/** OAUTHBEARER is missing: who a token speaks for takes a function to say. */
const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const satisfies readonly SaslMechanism[]

/** Adds the options of TLS and SASL. */
export function addSecurityOptions(command: Command): Command {
  return command
    .option('--tls-cert <file>', 'PEM file with the certificate for TLS; needs --tls-key')
    .option('--tls-key <file>', 'PEM file with its key')
    .addOption(
      new Option(
        '--sasl-mechanism <name...>',
        'how clients may log in; all three with --sasl-user alone',
      ).choices(mechanisms),
    )
    .option('--sasl-user <name:password>', 'user who may log in; may be given several times', collectUser)
}

/** The part of the cluster's options that the command line asks for. */
export function toSecurity(
  command: Command,
  options: SecurityOptions,
): Pick<StartKafkaOptions, 'sasl' | 'tls'> {
  const { saslMechanism, saslUser: users } = options
  if (saslMechanism !== undefined && users === undefined) {
    command.error('error: --sasl-mechanism without --sasl-user: nobody could log in; name a user')
  }
  return {
    tls: toTls(command, options),
    sasl: users === undefined ? undefined : { mechanisms: saslMechanism ?? mechanisms, users },
  }
}

function toTls(command: Command, { tlsCert, tlsKey }: SecurityOptions): StartKafkaOptions['tls'] {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsCert === undefined || tlsKey === undefined) {
    return command.error('error: --tls-cert and --tls-key go together; give both')
  }
  const pair = { cert: readArgumentFile(command, tlsCert), key: readArgumentFile(command, tlsKey) }
  try {
    // Each connection would fail on its own otherwise, with a message on the client's side alone.
    createSecureContext(pair)
  } catch (thrown) {
    const why = (thrown as Error).message
    command.error(`error: ${tlsCert} and ${tlsKey} are not a certificate and its key in PEM (${why})`)
  }
  return pair
}

function collectUser(
  text: string,
  earlier: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  // A password may hold colons, a name may not.
  const [, name, password] = /^([^:]+):(.+)$/.exec(text) ?? []
  if (name === undefined || password === undefined) throw new InvalidArgumentError('Write name:password.')
  if (Object.hasOwn(earlier, name)) throw new InvalidArgumentError(`User ${name} is named twice.`)
  return { ...earlier, [name]: password }
}
