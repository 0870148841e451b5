import { errorCode } from '@headwater/protocol'
import type { Injected } from '../faults/injected.ts'
import { accessNeeds } from './access-needs.ts'
import { assertAccessRule, forbids, type AccessRule, type ResourceType } from './access-rule.ts'

/** Who asks, and what for. */
export interface AccessSubject {
  readonly api: string
  readonly principal: string
  readonly groups: readonly string[]
  readonly transactionalIds: readonly string[]
}

/** What the rules say to one request. */
export interface Access {
  /** The code to refuse the whole request with; 0 where it may be looked into. */
  readonly code: number
  /** Whether an entry of the request is refused for its topic. */
  denies(topic: string): boolean
}

/** Nobody is kept from anything. */
export const openAccess: Access = { code: 0, denies: () => false }

/** Transactional ids come first, then groups, as Kafka asks for them. */
const wholeRequestCodes = [
  ['transactionalId', errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED],
  ['group', errorCode.GROUP_AUTHORIZATION_FAILED],
  ['cluster', errorCode.CLUSTER_AUTHORIZATION_FAILED],
] as const

/** What a test has denied; everything else is allowed. There are no access control lists that clients could change. */
export class AccessRules {
  readonly #rules = new Set<AccessRule>()

  /** @returns takes the rule back. */
  deny(rule: AccessRule): () => void {
    assertAccessRule(rule)
    // A copy, so that the same rule may be given twice and taken back once.
    const own = { ...rule }
    this.#rules.add(own)
    return () => void this.#rules.delete(own)
  }

  check({ api, principal, groups, transactionalIds }: AccessSubject): Access {
    const needs = this.#rules.size === 0 ? undefined : accessNeeds[api]
    if (needs === undefined) return openAccess
    const denied = (type: ResourceType, name: string): boolean => {
      const operation = needs[type]
      if (operation === undefined) return false
      for (const rule of this.#rules) if (forbids(rule, principal, operation, type, name)) return true
      return false
    }
    const named = { transactionalId: transactionalIds, group: groups }
    const nothing = transactionalIds.length === 0 && groups.length === 0
    const whole = wholeRequestCodes.find(([type]) =>
      type === 'cluster' ? nothing && denied(type, '') : named[type].some((name) => denied(type, name)),
    )
    return { code: whole?.[1] ?? 0, denies: (topic) => denied('topic', topic) }
  }
}

/** Lets the rules speak before the faults, entry by entry. */
export function withAccess(access: Access, injected: Injected): Injected {
  if (access === openAccess) return injected
  return {
    refuse: (topic, partition) =>
      topic !== undefined && access.denies(topic)
        ? errorCode.TOPIC_AUTHORIZATION_FAILED
        : injected.refuse(topic, partition),
    amend: (topic, partition) => injected.amend(topic, partition),
  }
}
