/** Constants of `org.apache.kafka.common.utils.Utils.murmur2`. */
const seed = 0x9747b28c
const multiplier = 0x5bd1e995

/**
 * Java's murmur2 of a key, as the signed 32-bit number that Kafka's `Utils.murmur2` gives. Every Java, Streams and
 * ksqlDB program places keys by it, so one bit of difference would tear keys apart.
 */
export function murmur2(key: Uint8Array): number {
  const length = key.length
  let hash = seed ^ length
  let at = 0
  for (const lastFour = length - 4; at <= lastFour; at += 4) {
    let word = key[at]! | (key[at + 1]! << 8) | (key[at + 2]! << 16) | (key[at + 3]! << 24)
    word = Math.imul(word, multiplier)
    word ^= word >>> 24
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier)
  }
  const rest = length - at
  if (rest > 0) {
    if (rest === 3) hash ^= key[at + 2]! << 16
    if (rest >= 2) hash ^= key[at + 1]! << 8
    hash = Math.imul(hash ^ key[at]!, multiplier)
  }
  hash ^= hash >>> 13
  hash = Math.imul(hash, multiplier)
  return hash ^ (hash >>> 15)
}

/**
 * The partition of a key, as Java's default partitioner chooses it (`BuiltInPartitioner.partitionForKey`): the
 * hash with its sign bit cleared, modulo the number of partitions.
 */
export function partitionForKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fffffff) % partitionCount
}
