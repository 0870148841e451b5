import type { GroupMember } from './group-member.ts'

/**
 * The topics that a member says it reads: its metadata begins with a version and the list
 * (`ConsumerProtocolSubscription`). `undefined` where that cannot be read.
 */
export function subscribedTopics({ protocols }: GroupMember): ReadonlySet<string> | undefined {
  const topics = new Set<string>()
  for (const { metadata } of protocols) {
    if (metadata.length < 6) return undefined
    let at = 6
    for (let left = metadata.readInt32BE(2); left > 0; left--) {
      const end = at + 2 + (at + 2 <= metadata.length ? metadata.readUInt16BE(at) : Infinity)
      if (end > metadata.length) return undefined
      topics.add(metadata.toString('utf8', at + 2, end))
      at = end
    }
  }
  return topics
}
