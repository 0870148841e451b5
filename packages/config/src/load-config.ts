import type { ConnectionSettings } from '@headwater/base'
import { checkProducer } from './check-producer.ts'
import { ConfigError } from './config-error.ts'
import type { ConfigFinding } from './finding.ts'
import {
  channelVariables,
  intakeVariables,
  type ChannelSettings,
  type IntakeSettings,
} from './intake-variables.ts'
import { isInjectedAddress } from './kubernetes-names.ts'
import { producerVariables, type ProducerSettings } from './producer-variables.ts'
import { profiles, type Durability, type ProfileName } from './profiles.ts'
import { deepFreeze, redact } from './redact.ts'
import { registryVariables, type RegistrySettings } from './registry-variables.ts'
import { resolveConnection } from './resolve-connection.ts'
import { resolveTopics } from './resolve-topics.ts'
import {
  awsVariables,
  logVariables,
  serviceVariables,
  type AwsSettings,
  type LogSettings,
  type ServiceSettings,
} from './service-variables.ts'
import type { TopicSettings } from './topic-variables.ts'
import { unknownNames } from './unknown-names.ts'
import { VariableReader, type ConfigSource } from './variable-reader.ts'

/** How to load. */
export interface LoadConfigOptions {
  /**
   * The profile, whatever `HEADWATER_PROFILE` says; for programs that know where they run, such as a demo.
   *
   * @defaultValue `HEADWATER_PROFILE`, else `'prod'`
   */
  readonly profile?: ProfileName | undefined
}

/** All settings of a service, validated and frozen. Secrets read as plain strings and print as `[redacted]`. */
export interface Config {
  readonly service: ServiceSettings
  /** For `createProducer` and everything else that connects. */
  readonly connection: ConnectionSettings
  /** Options of `createProducer`, every one stated. */
  readonly producer: ProducerSettings
  /** What topics must offer for the promises to hold, whatever the profile. */
  readonly durability: Durability
  readonly topics: TopicSettings
  readonly registry: RegistrySettings
  readonly intake: IntakeSettings
  readonly channels: ChannelSettings
  readonly log: LogSettings
  readonly aws: AwsSettings
  /** What works and is probably not meant: write it to the log at the start. */
  readonly warnings: readonly ConfigFinding[]
}

/**
 * Reads all settings from an environment, once: nothing below reads the environment again.
 *
 * @param source - `process.env`, or an object with the same names.
 * @throws ConfigError (`CONFIG_INVALID`) with every problem, none of which shows a value.
 */
export function loadConfig(source: ConfigSource, options: LoadConfigOptions = {}): Config {
  const asked = new VariableReader(source, { required: [], defaults: {} })
  const fromSource = asked.read(serviceVariables.profile)
  const name = options.profile ?? fromSource ?? 'prod'
  const profile = profiles[name]
  const reader = new VariableReader(source, profile)
  reader.problems.push(...asked.problems)
  if (reader.isSet(serviceVariables.profile) && fromSource !== undefined && fromSource !== name) {
    const fix = `Remove it, or let the program load its configuration without a profile of its own.`
    reader.warn(serviceVariables.profile, `is ${fromSource}, but the program insists on ${name}`, fix)
  }

  const service = reader.readGroup({ name: serviceVariables.name })
  const connection = resolveConnection(reader)
  const producer = reader.readGroup(producerVariables)
  checkProducer(reader, producer)
  const topics = resolveTopics(reader)
  const registry = resolveRegistry(reader)
  const intake = resolveIntake(reader, source, producer)
  const channels = redact(reader.readGroup(channelVariables), SECRET_CHANNEL_KEYS)
  const log = reader.readGroup(logVariables)
  const aws = reader.readGroup(awsVariables)
  if (reader.problems.length > 0) throw new ConfigError(reader.problems)

  // Without a problem every variable that has a default or is required has a value: no group lacks anything.
  const config = {
    service: { ...service, profile: name },
    connection,
    producer,
    durability: profile.durability,
    topics,
    registry,
    intake,
    channels,
    log,
    aws,
    warnings: [...reader.warnings, ...unknownNames(source)],
  } as Config
  return deepFreeze(config)
}

const SECRET_CHANNEL_KEYS = (Object.keys(channelVariables) as (keyof ChannelSettings)[]).filter(
  (key) => channelVariables[key].secret === true,
)

function resolveRegistry(reader: VariableReader): RegistrySettings {
  const registry = reader.readGroup(registryVariables)
  const { url, username, password } = registryVariables
  for (const [has, needs] of [
    [username, password],
    [password, username],
    [username, url],
  ] as const) {
    // A profile's default address is not one that somebody's credentials are meant for.
    if (reader.isSet(has) && !reader.isSet(needs)) {
      reader.reject(needs, `is missing, while ${has.name} is set`, 'Set both or neither.')
    }
  }
  return redact(registry, ['password'])
}

function resolveIntake(
  reader: VariableReader,
  source: ConfigSource,
  producer: Partial<ProducerSettings>,
): Partial<IntakeSettings> {
  const intake = reader.readGroup(intakeVariables)
  const { attachmentThresholdBytes: threshold } = intake
  if (
    threshold !== undefined &&
    producer.maxRequestSize !== undefined &&
    threshold > producer.maxRequestSize
  ) {
    reader.reject(
      intakeVariables.attachmentThresholdBytes,
      'is above KAFKA_PRODUCER_MAX_REQUEST_SIZE',
      'Lower it: attachments in between fit neither into a record nor go to INTAKE_CLAIM_CHECK_DIR.',
    )
  }
  const port = source[intakeVariables.port.name]
  if (typeof port === 'string' && isInjectedAddress(intakeVariables.port.name, port)) {
    const fix = 'Set INTAKE_PORT in the container, or enableServiceLinks: false in the pod.'
    reader.warn(
      intakeVariables.port,
      'holds what Kubernetes sets for a service named intake, and is ignored',
      fix,
    )
  }
  return intake
}
