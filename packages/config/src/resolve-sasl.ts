import type { SaslSettings } from '@headwater/base'
import { readFile } from 'node:fs/promises'
import { connectionVariables, type ConnectionInput, type SaslMechanism } from './connection-variables.ts'
import { readNamedFile } from './read-file.ts'
import { redact } from './redact.ts'
import type { VariableReader } from './variable-reader.ts'
import type { Variable } from './variable.ts'

const { mechanism, password, protocol, tokenFile, username } = connectionVariables

const PASSWORD_MECHANISMS: Readonly<
  Partial<Record<SaslMechanism, 'plain' | 'scram-sha-256' | 'scram-sha-512'>>
> = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
}

/** The SASL part of the connection; reports what is missing, superfluous or not yet possible. */
export function resolveSasl(
  reader: VariableReader,
  input: Partial<ConnectionInput>,
): SaslSettings | undefined {
  if (input.protocol === undefined) return undefined
  if (!input.protocol.startsWith('SASL_')) {
    rejectAll(reader)
    return undefined
  }
  if (!reader.isSet(mechanism)) {
    const fix = `Set it to ${mechanism.kind.wanted}, or ${protocol.name} to SSL or PLAINTEXT.`
    reader.reject(mechanism, `is missing, while ${protocol.name} asks for SASL`, fix)
  }
  if (input.mechanism === undefined) return undefined
  if (input.mechanism === 'AWS_MSK_IAM') {
    const fix =
      'Use SCRAM-SHA-512 (port 9096 on MSK), or mutual TLS (KAFKA_SECURITY_PROTOCOL=SSL, port 9094).'
    reader.reject(mechanism, 'is AWS_MSK_IAM, which is not supported yet', fix)
    return undefined
  }
  if (input.mechanism === 'OAUTHBEARER') return bearer(reader, input)
  rejectIfSet(reader, [tokenFile], `${mechanism.name} is ${input.mechanism}`)
  return credentials(reader, input, input.mechanism)
}

function credentials(
  reader: VariableReader,
  input: Partial<ConnectionInput>,
  name: SaslMechanism,
): SaslSettings | undefined {
  for (const variable of [username, password]) {
    if (reader.isSet(variable)) continue
    reader.reject(
      variable,
      `is missing, while ${mechanism.name} is ${name}`,
      `Set ${username.name} and ${password.name}.`,
    )
  }
  if (input.protocol === 'SASL_PLAINTEXT' && name === 'PLAIN') {
    const fix = 'Set KAFKA_SECURITY_PROTOCOL=SASL_SSL wherever the network is not the machine itself.'
    reader.warn(protocol, 'is SASL_PLAINTEXT, which with PLAIN sends the password unencrypted', fix)
  }
  const spoken = PASSWORD_MECHANISMS[name]
  if (input.username === undefined || input.password === undefined || spoken === undefined) return undefined
  return redact({ mechanism: spoken, username: input.username, password: input.password }, ['password'])
}

function bearer(reader: VariableReader, input: Partial<ConnectionInput>): SaslSettings | undefined {
  rejectIfSet(reader, [username, password], `${mechanism.name} is OAUTHBEARER`)
  const path = input.tokenFile
  if (path === undefined) {
    const fix =
      'A token expires, so it cannot stand in the environment itself: set it to a file that something keeps fresh, ' +
      'or pass connection.sasl = { mechanism: "oauthbearer", token } in code.'
    if (!reader.isSet(tokenFile))
      reader.reject(tokenFile, `is missing, while ${mechanism.name} is OAUTHBEARER`, fix)
    return undefined
  }
  const file = readNamedFile(path)
  const fault = file.fault ?? (file.text.trim() === '' ? 'names a file that is empty' : undefined)
  if (fault !== undefined)
    reader.reject(tokenFile, fault, 'Set it to the path of a readable file that holds the token.')
  return { mechanism: 'oauthbearer', token: async () => (await readFile(path, 'utf8')).trim() }
}

function rejectAll(reader: VariableReader): void {
  rejectIfSet(
    reader,
    [mechanism, username, password, tokenFile],
    `${protocol.name} does not authenticate by SASL`,
  )
}

function rejectIfSet(reader: VariableReader, candidates: readonly Variable[], why: string): void {
  for (const variable of candidates) {
    if (!reader.isSet(variable)) continue
    const fix = `Remove ${variable.name}, or set ${protocol.name} and ${mechanism.name} to what uses it.`
    reader.reject(variable, `is set, but ${why}`, fix)
  }
}
