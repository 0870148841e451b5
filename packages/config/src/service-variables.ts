import { profileKind, type ProfileName } from './profiles.ts'
import { choice, pattern } from './value-kinds.ts'
import type { VariableTable } from './variable.ts'

/** Who runs. */
export interface ServiceSettings {
  /** The service's name, the same for all its instances: client id, `source` header, metric label. */
  readonly name: string
  /** The profile whose defaults apply. */
  readonly profile: ProfileName
}

export const serviceVariables: VariableTable<ServiceSettings> = {
  name: {
    name: 'SERVICE_NAME',
    kind: pattern(
      'a service name (1 to 100 of the characters a-z A-Z 0-9 . _ -)',
      /^[a-zA-Z0-9._-]{1,100}$/,
      'service name',
    ),
    meaning: 'Name of the service, the same for all its instances.',
  },
  profile: {
    name: 'HEADWATER_PROFILE',
    kind: profileKind,
    default: 'prod',
    meaning: 'Which set of defaults applies. Durability is the same in all of them.',
  },
}

/** What is logged. */
export interface LogSettings {
  /** The least severe level that is written; pino's names. */
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
}

export const logVariables: VariableTable<LogSettings> = {
  level: {
    name: 'LOG_LEVEL',
    kind: choice({
      fatal: 'fatal',
      error: 'error',
      warn: 'warn',
      info: 'info',
      debug: 'debug',
      trace: 'trace',
      silent: 'silent',
    }),
    default: 'info',
    meaning: 'Least severe log level that is written.',
  },
}

/** Where in AWS the service runs. */
export interface AwsSettings {
  /** The region, such as `eu-central-1`. */
  readonly region?: string
}

export const awsVariables: VariableTable<AwsSettings> = {
  region: {
    name: 'AWS_REGION',
    kind: pattern('an AWS region such as eu-central-1', /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, 'AWS region'),
    meaning: 'AWS region, for what signs requests to AWS.',
  },
}
