import { brokerList } from './broker-list.ts'
import { choice, integer, text } from './value-kinds.ts'
import type { VariableTable } from './variable.ts'

/** What the environment says about the connection, before it becomes `ConnectionSettings`. */
export interface ConnectionInput {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly connectTimeoutMs: number
  readonly protocol: SecurityProtocol
  readonly mechanism?: SaslMechanism
  readonly username?: string
  readonly password?: string
  readonly tokenFile?: string
  readonly caLocation?: string
  readonly certLocation?: string
  readonly keyLocation?: string
  readonly keyPassword?: string
}

export type SecurityProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
export type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'AWS_MSK_IAM' | 'OAUTHBEARER'

const path = text('path of a file', 4096)

export const connectionVariables: VariableTable<ConnectionInput> = {
  brokers: {
    name: 'KAFKA_BOOTSTRAP_SERVERS',
    kind: brokerList,
    meaning: 'Brokers to ask first. Kafka: `bootstrap.servers`.',
  },
  clientId: {
    name: 'KAFKA_CLIENT_ID',
    kind: text('text', 249),
    defaultFrom: 'SERVICE_NAME',
    meaning: 'Name under which brokers log and meter this client. Kafka: `client.id`.',
  },
  connectTimeoutMs: {
    name: 'KAFKA_CONNECT_TIMEOUT_MS',
    kind: integer(1, 600000),
    default: '10000',
    meaning: 'Milliseconds until a connection must be usable: TCP, TLS, versions and SASL together.',
  },
  protocol: {
    name: 'KAFKA_SECURITY_PROTOCOL',
    kind: choice<SecurityProtocol>({
      PLAINTEXT: 'PLAINTEXT',
      SSL: 'SSL',
      SASL_PLAINTEXT: 'SASL_PLAINTEXT',
      SASL_SSL: 'SASL_SSL',
    }),
    default: 'PLAINTEXT',
    meaning: 'Whether to encrypt (SSL) and to authenticate (SASL). Kafka: `security.protocol`.',
  },
  mechanism: {
    name: 'KAFKA_SASL_MECHANISM',
    kind: choice<SaslMechanism>({
      PLAIN: 'PLAIN',
      'SCRAM-SHA-256': 'SCRAM-SHA-256',
      'SCRAM-SHA-512': 'SCRAM-SHA-512',
      AWS_MSK_IAM: 'AWS_MSK_IAM',
      OAUTHBEARER: 'OAUTHBEARER',
    }),
    meaning: 'How to authenticate; MSK takes SCRAM-SHA-512. `AWS_MSK_IAM` is refused until it is supported.',
  },
  username: {
    name: 'KAFKA_SASL_USERNAME',
    aliases: ['KAFKA_USER'],
    kind: text('text'),
    meaning: 'User for PLAIN and SCRAM.',
  },
  password: {
    name: 'KAFKA_SASL_PASSWORD',
    aliases: ['KAFKA_PASSWORD'],
    kind: text('text'),
    secret: true,
    meaning: 'Password for PLAIN and SCRAM.',
  },
  tokenFile: {
    name: 'KAFKA_SASL_OAUTHBEARER_TOKEN_FILE',
    kind: path,
    meaning:
      'File with the current OAUTHBEARER token, read anew for each connection; something else refreshes it.',
  },
  caLocation: {
    name: 'KAFKA_SSL_CA_LOCATION',
    aliases: ['SSL_CA_LOCATION'],
    kind: path,
    meaning: 'PEM file of the certificate authorities to trust; without it the public ones that Node brings.',
  },
  certLocation: {
    name: 'KAFKA_SSL_CERT_LOCATION',
    kind: path,
    meaning: 'PEM file of the client certificate, for mutual TLS.',
  },
  keyLocation: {
    name: 'KAFKA_SSL_KEY_LOCATION',
    kind: path,
    meaning: 'PEM file of the private key of the client certificate.',
  },
  keyPassword: {
    name: 'KAFKA_SSL_KEY_PASSWORD',
    kind: text('text'),
    secret: true,
    meaning: 'Password of that private key, if it is encrypted.',
  },
}
