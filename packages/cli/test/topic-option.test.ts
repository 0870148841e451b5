import { describe, expect, it } from 'vitest'
import { collectTopic } from '../src/topic-option.ts'

describe('collectTopic', () => {
  it.each([
    ['orders', { name: 'orders', partitions: 1, replicationFactor: undefined }],
    ['orders:6', { name: 'orders', partitions: 6, replicationFactor: undefined }],
    ['orders.v1_a-b:6:3', { name: 'orders.v1_a-b', partitions: 6, replicationFactor: 3 }],
  ])('reads %s', (text, topic) => {
    expect(collectTopic(text, [])).toEqual([topic])
  })

  it('adds to what was there and leaves that as it was', () => {
    const earlier = collectTopic('a', [])
    expect(collectTopic('b', earlier).map(({ name }) => name)).toEqual(['a', 'b'])
    expect(earlier).toHaveLength(1)
  })

  it.each(['', ':', ':3', 'a:', 'a:0', 'a:1:0', 'a:1:', 'a:-1', 'a:1:1:1', 'a b', 'a:x'])(
    'refuses "%s"',
    (text) => {
      expect(() => collectTopic(text, [])).toThrow('Write name')
    },
  )
})
