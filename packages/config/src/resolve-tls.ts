import type { ConnectionSettings } from '@headwater/base'
import { createSecureContext } from 'node:tls'
import { connectionVariables, type ConnectionInput } from './connection-variables.ts'
import { readNamedFile } from './read-file.ts'
import { redact } from './redact.ts'
import type { Variable } from './variable.ts'
import type { VariableReader } from './variable-reader.ts'

const { caLocation, certLocation, keyLocation, keyPassword, protocol } = connectionVariables

/** The TLS part of the connection: `true` for the public authorities, options when files are named. */
export function resolveTls(
  reader: VariableReader,
  input: Partial<ConnectionInput>,
): ConnectionSettings['tls'] {
  const encrypted = input.protocol === 'SSL' || input.protocol === 'SASL_SSL'
  if (!encrypted) {
    // A protocol that did not parse was reported; whether these belong to it is not known then.
    if (input.protocol !== undefined) rejectAll(reader)
    return undefined
  }
  demandPair(reader)
  const ca = pem(reader, caLocation, input.caLocation, 'CERTIFICATE')
  const cert = pem(reader, certLocation, input.certLocation, 'CERTIFICATE')
  const key = pem(reader, keyLocation, input.keyLocation, 'KEY')
  if (ca === undefined && cert === undefined && key === undefined) return true
  const passphrase = input.keyPassword
  const options = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
  }
  try {
    createSecureContext(options)
  } catch (thrown) {
    const variable = key === undefined ? (cert === undefined ? caLocation : certLocation) : keyLocation
    // OpenSSL's reasons name no file and no content.
    const reason = (thrown as { reason?: string }).reason ?? 'no reason given'
    const fix =
      'Check that the files are whole, that key and certificate belong together, and the key password.'
    reader.reject(variable, `and its companions do not make a TLS identity: ${reason}`, fix)
  }
  return redact(options, ['key', 'passphrase'])
}

function rejectAll(reader: VariableReader): void {
  for (const variable of [caLocation, certLocation, keyLocation, keyPassword]) {
    if (!reader.isSet(variable)) continue
    const fix = `Set ${protocol.name} to SSL or SASL_SSL, or remove ${variable.name}.`
    reader.reject(variable, `is set, but ${protocol.name} does not encrypt`, fix)
  }
}

function demandPair(reader: VariableReader): void {
  const pairs: readonly (readonly [Variable, Variable])[] = [
    [certLocation, keyLocation],
    [keyLocation, certLocation],
    [keyPassword, keyLocation],
  ]
  for (const [has, needs] of pairs) {
    if (!reader.isSet(has) || reader.isSet(needs)) continue
    reader.reject(needs, `is missing, while ${has.name} is set`, `Set both or neither.`)
  }
}

function pem(
  reader: VariableReader,
  variable: Variable,
  path: string | undefined,
  kind: 'CERTIFICATE' | 'KEY',
): string | undefined {
  if (path === undefined) return undefined
  const file = readNamedFile(path)
  const isPem = file.fault === undefined && new RegExp(`-----BEGIN [A-Z ]*${kind}-----`).test(file.text)
  if (file.fault === undefined && isPem) return file.text
  const problem = file.fault ?? `names a file without a PEM ${kind.toLowerCase()} in it`
  reader.reject(variable, problem, 'Set it to the path of a PEM file that this process may read.')
  return undefined
}
