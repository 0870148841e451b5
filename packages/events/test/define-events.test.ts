import { describe, expect, it } from 'vitest'
import { defineEvents, EventError } from '../src/index.ts'

const key = (id: string): string => id

describe('defineEvents', () => {
  it('hands back a frozen copy', () => {
    const events = { 'user.seen': { topic: 'users', key, version: '1' } }
    const defined = defineEvents(events)
    expect(defined).toEqual(events)
    expect(Object.isFrozen(defined)).toBe(true)
  })

  it.each([
    ['a topic with a space', 'user.seen', { topic: 'all users', key, version: '1' }],
    ['the topic ".."', 'user.seen', { topic: '..', key, version: '1' }],
    ['no version', 'user.seen', { topic: 'users', key, version: '' }],
    ['a name with a space', 'user seen', { topic: 'users', key, version: '1' }],
    ['an empty name', '', { topic: 'users', key, version: '1' }],
  ])('refuses %s', (_, name, definition) => {
    expect(() => defineEvents({ [name]: definition })).toThrow(EventError)
    expect(() => defineEvents({ [name]: definition })).toThrow(
      expect.objectContaining({ code: 'INVALID_EVENT_DEFINITION' }),
    )
  })
})
