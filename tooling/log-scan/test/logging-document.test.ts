import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { collectLogCalls } from './collect-log-calls.ts'

const root = join(import.meta.dirname, '../../..')

/** What wraps a logger passes messages on. */
const wrappers = 'packages/events/src/logging/'
/** Rooms of the document, by the folder that they are about. */
const rooms: Readonly<Record<string, string>> = {
  Intake: 'apps/intake',
  'Workflow service and job': 'apps/workflow',
  Channels: 'packages/channels',
  Events: 'packages/events',
  Producer: 'packages/producer',
  Schemas: 'packages/schemas',
  'Embedded Kafka': 'packages/embedded',
}

/** `packages/events debug event published`, of every row of the document. */
function documented(): readonly string[] {
  const text = readFileSync(join(root, 'docs/logging.md'), 'utf8')
  return text.split(/^### /m).flatMap((section) => {
    const room = rooms[section.slice(0, section.indexOf('\n'))]
    if (room === undefined) return []
    return [...section.matchAll(/^\| `(?<message>[^`]+)`\s*\| (?<levels>[a-z, ]+?)\s*\|/gm)].flatMap(
      ({ groups }) =>
        (groups?.['levels'] ?? '')
          .split(', ')
          .map((level) => `${room} ${level} ${groups?.['message'] ?? ''}`),
    )
  })
}

describe('docs/logging.md', () => {
  it('has a row for every log line of the sources, and no other', () => {
    const written = collectLogCalls(root)
      .filter(({ file }) => !file.startsWith(wrappers))
      .flatMap(({ file, level, messages }) => {
        const room = file.split('/').slice(0, 2).join('/')
        return messages.map((message) => `${room} ${level} ${message}`)
      })
    expect([...new Set(documented())].toSorted()).toEqual([...new Set(written)].toSorted())
  })
})
