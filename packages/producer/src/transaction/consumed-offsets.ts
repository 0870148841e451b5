import { HeadwaterError } from '@headwater/base'
import type { ConsumedOffsets } from './transaction.ts'

/** Offsets to commit by topic and partition: those of the next records to read. */
export type NextOffsets = ReadonlyMap<string, ReadonlyMap<number, bigint>>

const digits = /^\d{1,19}$/
const maxOffset = 2n ** 63n - 2n

/**
 * Checks what was consumed, and counts one on.
 *
 * @throws HeadwaterError `INVALID_OFFSETS`
 */
export function nextOffsets(offsets: ConsumedOffsets): NextOffsets {
  const { group, consumed, groupMetadata } = offsets
  if (typeof group !== 'string' || group === '') throw invalid('group must be the name of a consumer group')
  if (!Array.isArray(consumed)) throw invalid('consumed must be a list of topic, partition and offset')
  if (groupMetadata !== undefined) {
    const { memberId, generationId } = groupMetadata
    if (typeof memberId !== 'string' || !Number.isInteger(generationId))
      throw invalid('groupMetadata must have a memberId and a whole generationId, as the consumer has them')
  }
  const next = new Map<string, Map<number, bigint>>()
  for (const { topic, partition, offset } of consumed) {
    if (typeof topic !== 'string' || topic === '') throw invalid('a consumed record has no topic')
    if (!Number.isInteger(partition) || partition < 0)
      throw invalid(`a consumed record of ${topic} has the partition ${String(partition)}`)
    const where = `${topic}-${partition}`
    const following = toOffset(offset, where) + 1n
    const partitions = next.get(topic) ?? new Map<number, bigint>()
    const known = partitions.get(partition)
    if (known === undefined || known < following) partitions.set(partition, following)
    next.set(topic, partitions)
  }
  return next
}

function toOffset(offset: bigint | string, where: string): bigint {
  if (typeof offset !== 'bigint' && !(typeof offset === 'string' && digits.test(offset)))
    throw invalid(`the offset of ${where} must be a bigint or digits, not ${String(offset)}`)
  const value = BigInt(offset)
  if (value < 0n || value > maxOffset)
    throw invalid(`the offset of ${where} is ${value}, which no record has`)
  return value
}

function invalid(what: string): HeadwaterError {
  return new HeadwaterError('INVALID_OFFSETS', `the consumed offsets cannot be committed: ${what}`)
}
