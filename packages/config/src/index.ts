/**
 * One validated, frozen settings object from the environment.
 *
 * @module
 */
export { ConfigError, type ConfigErrorCode } from './config-error.ts'
export { configTable, describeConfig, type ConfigRow } from './describe-config.ts'
export type { ConfigFinding } from './finding.ts'
export type { ChannelSettings, IntakeSettings } from './intake-variables.ts'
export { loadConfig, type Config, type LoadConfigOptions } from './load-config.ts'
export type { ProducerSettings } from './producer-variables.ts'
export { profiles, type Durability, type Profile, type ProfileName } from './profiles.ts'
export type { RegistrySettings } from './registry-variables.ts'
export type { AwsSettings, LogSettings, ServiceSettings } from './service-variables.ts'
export type { NamedTopics, TopicSettings } from './topic-variables.ts'
export type { ConfigSource } from './variable-reader.ts'
