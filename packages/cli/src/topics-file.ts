import type { TopicOptions } from '@headwater/embedded'
import type { Command } from 'commander'
import { readArgumentFile } from './read-argument-file.ts'

/** How each field of a topic must look. */
const shapes: Readonly<
  Record<string, { readonly wanted: string; readonly fits: (value: unknown) => boolean }>
> = {
  partitions: { wanted: 'a whole number above 0', fits: isCount },
  replicationFactor: { wanted: 'a whole number above 0', fits: isCount },
  config: {
    wanted: 'an object of texts, such as { "retention.ms": "60000" }',
    fits: (value) => isObject(value) && Object.values(value).every((each) => typeof each === 'string'),
  },
}

/**
 * Reads topics from a JSON file: an object of topics by name, each with `partitions`, `replicationFactor` and `config`,
 * all optional. A file that is anything else is a mistake in usage.
 */
export function readTopicsFile(command: Command, path: string): Readonly<Record<string, TopicOptions>> {
  const refuse = (why: string): never => command.error(`error: ${path}: ${why}`)
  const topics = parse(readArgumentFile(command, path), refuse)
  if (!isObject(topics)) return refuse('is no object; write { "orders": { "partitions": 6 } }')
  for (const [name, topic] of Object.entries(topics)) {
    if (!isObject(topic)) return refuse(`the topic ${name} is no object; write { "partitions": 6 } or {}`)
    for (const [field, value] of Object.entries(topic)) {
      const shape = Object.hasOwn(shapes, field) ? shapes[field] : undefined
      if (shape === undefined) {
        return refuse(`the topic ${name} has ${field}; there are: ${Object.keys(shapes).join(', ')}`)
      }
      if (!shape.fits(value)) return refuse(`${field} of the topic ${name} must be ${shape.wanted}`)
    }
  }
  return topics as Record<string, TopicOptions>
}

function parse(text: string, refuse: (why: string) => never): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    return refuse(`is not JSON: ${(thrown as SyntaxError).message}`)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0
}
