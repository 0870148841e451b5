import type { Attributes, AttributeValue } from '@opentelemetry/api'
import { HeadwaterError } from '@headwater/base'

/**
 * Which names of OpenTelemetry's conventions for messaging are used: the current ones, or those and the names of
 * version 1.24 side by side, for a time in which dashboards move from one to the other.
 */
export type MessagingConventions = 'messaging' | 'messaging/dup'

/** What OpenTelemetry lets operators say which conventions they want. */
const variable = 'OTEL_SEMCONV_STABILITY_OPT_IN'

/**
 * The option, or what the environment says: a list with commas in which other categories, and what nobody knows, stand
 * for somebody else. `messaging/dup` wins over `messaging`.
 *
 * @throws HeadwaterError `INVALID_OTEL_OPTION`
 */
export function resolveConventions(
  given: MessagingConventions | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): MessagingConventions {
  if (given === undefined) {
    const entries = (environment[variable] ?? '').split(',').map((entry) => entry.trim())
    return entries.includes('messaging/dup') ? 'messaging/dup' : 'messaging'
  }
  if (given === 'messaging' || given === 'messaging/dup') return given
  throw new HeadwaterError(
    'INVALID_OTEL_OPTION',
    `semanticConventions is messaging or messaging/dup, not ${String(given)}`,
  )
}

type Renaming = readonly [name: string, value?: (current: AttributeValue) => AttributeValue]

const operations: Readonly<Record<string, string>> = { send: 'publish', process: 'deliver' }

/** Version 1.24's name, and the value where that differs, of what has another name now. */
const oldNames: Readonly<Record<string, Renaming>> = {
  'messaging.client.id': ['messaging.client_id'],
  'messaging.operation.type': ['messaging.operation', (type) => operations[String(type)] ?? type],
  'messaging.destination.partition.id': ['messaging.kafka.destination.partition', Number],
  'messaging.kafka.offset': ['messaging.kafka.message.offset'],
  'messaging.consumer.group.name': ['messaging.kafka.consumer.group'],
}

/** What version 1.24 had no name for. */
const newSince: ReadonlySet<string> = new Set(['messaging.operation.name'])

/** Attributes under the names of version 1.24. */
export function toOldNames(attributes: Attributes): Attributes {
  const old: Attributes = {}
  for (const [name, value] of Object.entries(attributes)) {
    if (newSince.has(name) || value === undefined) continue
    const [oldName, toValue] = oldNames[name] ?? [name]
    old[oldName] = toValue === undefined ? value : toValue(value)
  }
  return old
}

/** Gives the attributes of spans all the names that they are to have. */
export type AttributeNaming = (attributes: Attributes) => Attributes

/** The names for spans, where one span carries both. */
export function attributeNaming(conventions: MessagingConventions): AttributeNaming {
  if (conventions === 'messaging') return (attributes) => attributes
  return (attributes) => ({ ...attributes, ...toOldNames(attributes) })
}
