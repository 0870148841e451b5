import { describe, expect, it } from 'vitest'
import { parseWithKafkaArguments } from '../src/with-kafka-arguments.ts'

describe('parseWithKafkaArguments', () => {
  it('leaves everything after -- to the command', () => {
    expect(parseWithKafkaArguments(['--', 'run', '--nodes', '3', '--', 'x'])).toEqual({
      nodes: 1,
      command: 'run',
      args: ['--nodes', '3', '--', 'x'],
    })
  })

  it('takes the number of nodes', () => {
    expect(parseWithKafkaArguments(['--nodes', '3', '--', 'run']).nodes).toBe(3)
    expect(parseWithKafkaArguments(['--nodes=1', '--', 'run']).nodes).toBe(1)
  })

  it.each([[[]], [['--']], [['run']], [['--nodes', '2', '--', 'run']], [['--brokers', '3', '--', 'run']]])(
    'says how it is called after %j',
    (argv) => {
      expect(() => parseWithKafkaArguments(argv)).toThrow(/usage: /)
    },
  )
})
