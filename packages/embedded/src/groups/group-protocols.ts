import type { GroupMember, MemberProtocol } from './group-member.ts'

/** The protocol that most members like best, of those that all know; the first one named where votes are even. */
export function voteProtocol(members: readonly GroupMember[]): string {
  const known = ({ name }: MemberProtocol): boolean =>
    members.every(({ protocols }) => protocols.some((protocol) => protocol.name === name))
  const votes = new Map<string, number>()
  for (const { protocols } of members) {
    const favourite = protocols.find(known)
    if (favourite !== undefined) votes.set(favourite.name, (votes.get(favourite.name) ?? 0) + 1)
  }
  return [...votes].reduce((best, next) => (next[1] > best[1] ? next : best))[0]
}

/** Whether a member offers at least one protocol that all the others know. */
export function areSupported(offered: readonly MemberProtocol[], others: readonly GroupMember[]): boolean {
  return offered.some(({ name }) =>
    others.every(({ protocols }) => protocols.some((protocol) => protocol.name === name)),
  )
}
