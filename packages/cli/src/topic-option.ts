import { InvalidArgumentError } from 'commander'

/** A topic to create. */
export interface TopicOption {
  readonly name: string
  readonly partitions: number
  /** Undefined: as many as the brokers allow, three at most. */
  readonly replicationFactor: number | undefined
}

/** Reads `name:partitions:replicationFactor`, the last two optional, and adds it to those before it. */
export function collectTopic(text: string, earlier: readonly TopicOption[]): readonly TopicOption[] {
  const match = /^(?<name>[a-zA-Z0-9._-]+)(:(?<partitions>\d{1,5})(:(?<factor>\d{1,3}))?)?$/.exec(text)
  const { name, partitions = '1', factor } = match?.groups ?? {}
  if (name === undefined || partitions === '0' || factor === '0') {
    throw new InvalidArgumentError('Write name, name:partitions or name:partitions:replicationFactor.')
  }
  if (earlier.some((topic) => topic.name === name))
    throw new InvalidArgumentError(`Topic ${name} is named twice.`)
  const replicationFactor = factor === undefined ? undefined : Number(factor)
  return [...earlier, { name, partitions: Number(partitions), replicationFactor }]
}
