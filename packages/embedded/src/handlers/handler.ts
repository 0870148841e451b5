import type { AnyApi, RequestOf, ResponseInputOf } from '@headwater/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { Life } from '../cluster/life.ts'
import type { GroupCoordinator } from '../groups/group-coordinator.ts'
import type { TransactionCoordinator } from '../transactions/transaction-coordinator.ts'
import type { FetchSessions } from '../fetch/fetch-sessions.ts'
import type { Authenticator } from '../security/authenticator.ts'
import type { Access } from '../access/access-rules.ts'
import type { Injected } from '../faults/injected.ts'

/** What a handler knows beside the request: who asks, which broker is asked, and what shall go wrong. */
export interface RequestContext {
  readonly cluster: Cluster
  readonly groups: GroupCoordinator
  readonly transactions: TransactionCoordinator
  /** The fetch sessions of the broker that is asked. */
  readonly sessions: FetchSessions
  /** The id of the broker that is asked. */
  readonly broker: number
  readonly version: number
  readonly clientId: string
  /** As Kafka's group descriptions show it: a slash and the address. */
  readonly clientHost: string
  /** Ends with the connection. */
  readonly connection: Life
  readonly authenticator: Authenticator
  /** Waits as Kafka does before it tells a client that it may not come in (`connection.failed.authentication.delay.ms`). */
  readonly delayRefusal: () => Promise<void>
  /** Errors that a fault ordered for parts of this request, or a rule of access. */
  readonly injected: Injected
  /** Whether a rule keeps the client from what the request wants of a topic; {@link injected} refuses it then. */
  denies(topic: string): boolean
  /**
   * The code that refuses one entry of several for its group or transactional id, or because it is about a broker; 0 when
   * no rule does. When all of them are refused, the request is.
   */
  readonly forbidden: Access['codeOf']
}

/** A partition that a request is about. */
export interface RequestTarget {
  readonly topic: string
  readonly partition?: number | undefined
}

/** One request as this broker serves it. */
export interface Handler<A extends AnyApi = AnyApi> {
  readonly api: A
  /** What ApiVersions says: the range of Kafka 4.3. */
  readonly versions: readonly [oldest: number, newest: number]
  /** Answers; nothing for requests that have no response. Each entry asks {@link RequestContext.injected} itself. */
  handle(
    request: RequestOf<A>,
    context: RequestContext,
  ): ResponseInputOf<A> | undefined | Promise<ResponseInputOf<A> | undefined>
  /** The whole request refused with one code. */
  fail(request: RequestOf<A>, code: number, context: RequestContext): ResponseInputOf<A>
  /** The topics and partitions that the request names or, in a session, is about; for faults with a scope. */
  targets?(request: RequestOf<A>, cluster: Cluster, sessions: FetchSessions): Iterable<RequestTarget>
  /** The groups that the request names, for rules of access. */
  groups?(request: RequestOf<A>): readonly string[]
  /** The transactional ids that the request names, for faults with that scope. */
  transactionalIds?(request: RequestOf<A>): readonly (string | null)[]
}

/** Any request that is served. */
export type AnyHandler = Handler

/** Ties the types of the two functions to the API's tables. */
export function defineHandler<A extends AnyApi>(handler: Handler<A>): Handler<A> {
  return handler
}
