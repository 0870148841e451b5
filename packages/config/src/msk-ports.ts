import type { SecurityProtocol } from './connection-variables.ts'
import { connectionVariables } from './connection-variables.ts'
import type { VariableReader } from './variable-reader.ts'

/** What listens on a port, as security protocol and in words. */
interface Listener {
  readonly protocol: SecurityProtocol
  readonly says: string
}

const plaintext: Listener = { protocol: 'PLAINTEXT', says: 'plaintext' }
const tls: Listener = { protocol: 'SSL', says: 'TLS' }
const scram: Listener = { protocol: 'SASL_SSL', says: 'SASL/SCRAM over TLS' }
const iam: Listener = { protocol: 'SASL_SSL', says: 'IAM over TLS' }

/** The ports of Amazon MSK: inside the VPC, from the internet (91xx), and over IPv6 (200xx). */
const LISTENERS: Readonly<Record<string, Listener>> = {
  9092: plaintext,
  9094: tls,
  9096: scram,
  9098: iam,
  9194: tls,
  9196: scram,
  9198: iam,
  20092: plaintext,
  20094: tls,
  20096: scram,
  20098: iam,
}

/**
 * Warns when a port usually speaks another protocol than the configured one. No error: outside MSK anybody may listen
 * anywhere. The symptom of the real thing is a connection that hangs or closes without a word.
 */
export function warnAboutPorts(
  reader: VariableReader,
  brokers: readonly string[],
  protocol: SecurityProtocol,
): void {
  const ports = new Set(brokers.map((broker) => broker.slice(broker.lastIndexOf(':') + 1)))
  for (const port of ports) {
    const listener = LISTENERS[port]
    if (listener === undefined || listener.protocol === protocol) continue
    reader.warn(
      connectionVariables.protocol,
      `is ${protocol}, but port ${port} usually speaks ${listener.says}`,
      `Check KAFKA_BOOTSTRAP_SERVERS, or set KAFKA_SECURITY_PROTOCOL=${listener.protocol}.`,
    )
  }
}
