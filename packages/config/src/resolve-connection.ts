import type { ConnectionSettings } from '@headwater/base'
import { connectionVariables } from './connection-variables.ts'
import { warnAboutPorts } from './msk-ports.ts'
import { resolveSasl } from './resolve-sasl.ts'
import { resolveTls } from './resolve-tls.ts'
import type { VariableReader } from './variable-reader.ts'

/** The connection as every package takes it. What could not be resolved was reported to the reader. */
export function resolveConnection(reader: VariableReader): ConnectionSettings {
  const input = reader.readGroup(connectionVariables)
  const tls = resolveTls(reader, input)
  const sasl = resolveSasl(reader, input)
  if (input.brokers !== undefined && input.protocol !== undefined) {
    warnAboutPorts(reader, input.brokers, input.protocol)
  }
  return {
    brokers: input.brokers ?? [],
    ...(input.clientId === undefined ? {} : { clientId: input.clientId }),
    ...(input.connectTimeoutMs === undefined ? {} : { connectTimeoutMs: input.connectTimeoutMs }),
    ...(tls === undefined ? {} : { tls }),
    ...(sasl === undefined ? {} : { sasl }),
  }
}
