import { errorCode } from '@headwater/protocol'
import type { Injected } from '../faults/injected.ts'
import { accessNeeds } from './access-needs.ts'
import {
  assertAccessRule,
  forbids,
  type AccessRule,
  type Operation,
  type ResourceType,
} from './access-rule.ts'

/** Who asks, and what for. */
export interface AccessSubject {
  readonly api: string
  readonly principal: string
  readonly groups: readonly string[]
  readonly transactionalIds: readonly string[]
}

/** What a request may name several of, each allowed or refused for itself. */
type EntryType = 'transactionalId' | 'group' | 'broker'

/** What of a request each code refuses. Transactional ids come first, then groups, as Kafka asks for them. */
const codes: Readonly<Record<EntryType, number>> = {
  transactionalId: errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
  group: errorCode.GROUP_AUTHORIZATION_FAILED,
  broker: errorCode.CLUSTER_AUTHORIZATION_FAILED,
}

/** What the rules say to one request. */
export interface Access {
  /** The code to refuse the whole request with; 0 where it may be looked into. */
  readonly code: number
  /** Whether an entry of the request is refused for its topic. */
  denies(topic: string): boolean
  /** The code to refuse one entry of several with, for its group, its transactional id or because it is about a broker; or 0. */
  readonly codeOf: (type: EntryType, name: string) => number
}

/** Nobody is kept from anything. */
export const openAccess: Access = { code: 0, denies: () => false, codeOf: () => 0 }

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
    const denied = (type: ResourceType, operation: Operation | undefined, name: string): boolean => {
      if (operation === undefined) return false
      for (const rule of this.#rules) if (forbids(rule, principal, operation, type, name)) return true
      return false
    }
    const hasCluster = needs.orCluster !== undefined && !denied('cluster', needs.orCluster, '')
    const hasAnyTopic = needs.orAnyTopic !== undefined && !denied('topic', needs.orAnyTopic, '*')
    const codeOf: Access['codeOf'] = (type, name) => {
      if (type === 'group' && hasCluster) return 0
      return denied(type === 'broker' ? 'cluster' : type, needs[type], name) ? codes[type] : 0
    }
    /** One code for all, or none: where some are allowed, each has its own answer. */
    const shared = (type: 'transactionalId' | 'group', names: readonly string[]): number => {
      const found = new Set(names.map((name) => codeOf(type, name)))
      return found.size === 1 ? Math.max(...found) : 0
    }
    const isOfCluster = transactionalIds.length === 0 && groups.length === 0
    const ofCluster = isOfCluster && !hasAnyTopic && denied('cluster', needs.cluster, '')
    return {
      code:
        shared('transactionalId', transactionalIds) ||
        shared('group', groups) ||
        (ofCluster ? errorCode.CLUSTER_AUTHORIZATION_FAILED : 0),
      denies: (topic) => denied('topic', needs.topic, topic),
      codeOf,
    }
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
