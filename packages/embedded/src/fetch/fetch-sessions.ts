import { randomInt } from 'node:crypto'
import type { Clock } from '@headwater/base'
import { Refusal } from '../cluster/refusal.ts'
import { FetchSession, type WantedPartition } from './fetch-session.ts'

/** The epochs that mean something else than the next request of a session (`FetchMetadata`). */
const initialEpoch = 0
const finalEpoch = -1
const largestEpoch = 0x7fffffff
const largestId = 0x7fffffff

/**
 * Whose session was not used for so long makes room for another; one that was begun so long ago does for one with more
 * partitions (`min.incremental.fetch.session.eviction.ms`).
 */
const evictableAfterMs = 120_000

interface Kept {
  readonly session: FetchSession
  readonly begunAtMs: number
  readonly usedAtMs: number
}

/**
 * The fetch sessions of one broker. When there is room for no more, who asks for another gets none, unless one is there
 * that nobody has used for a while, or a smaller one that is not young: with it a consumer of many partitions saves more
 * (`FetchSessionCache.tryEvict`).
 */
export class FetchSessions {
  readonly #maxSessions: number
  readonly #clock: Clock
  /** With the time of their last use; who was used last comes last. */
  readonly #sessions = new Map<number, Kept>()

  constructor(maxSessions: number, clock: Clock) {
    this.#maxSessions = maxSessions
    this.#clock = clock
  }

  /**
   * The session of a request; `undefined` for one without.
   *
   * @param partitions - as many as the request names, for a session that begins.
   * @throws Refusal - FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH, FETCH_SESSION_TOPIC_ID_ERROR
   */
  open(
    id: number,
    epoch: number,
    { byTopicId, partitions }: { readonly byTopicId: boolean; readonly partitions: number },
  ): { session: FetchSession | undefined; isNew: boolean } {
    if (epoch === finalEpoch || epoch === initialEpoch) {
      this.#sessions.delete(id)
      return { session: epoch === finalEpoch ? undefined : this.#create(byTopicId, partitions), isNew: true }
    }
    const session = this.#sessions.get(id)?.session
    if (session === undefined)
      throw new Refusal('FETCH_SESSION_ID_NOT_FOUND', `There is no fetch session ${id}.`)
    if (session.epoch !== epoch) {
      throw new Refusal(
        'INVALID_FETCH_SESSION_EPOCH',
        `Fetch session ${id} expects epoch ${session.epoch}, not ${epoch}.`,
      )
    }
    if (session.byTopicId !== byTopicId) {
      throw new Refusal('FETCH_SESSION_TOPIC_ID_ERROR', `Fetch session ${id} names topics in the other way.`)
    }
    session.epoch = epoch === largestEpoch ? 1 : epoch + 1
    this.#use(session)
    return { session, isNew: false }
  }

  /** What a session asks for already; nothing where there is no such session. */
  wantedIn(id: number): readonly WantedPartition[] {
    return this.#sessions.get(id)?.session.wanted ?? []
  }

  #create(byTopicId: boolean, partitions: number): FetchSession | undefined {
    const isFull = this.#sessions.size >= this.#maxSessions
    if (isFull && !this.#evictIdle() && !this.#evictSmaller(partitions)) return undefined
    const session = new FetchSession(this.#newId(), byTopicId)
    this.#use(session)
    return session
  }

  #use(session: FetchSession): void {
    const usedAtMs = this.#clock.monotonic()
    const begunAtMs = this.#sessions.get(session.id)?.begunAtMs ?? usedAtMs
    this.#sessions.delete(session.id)
    this.#sessions.set(session.id, { session, begunAtMs, usedAtMs })
  }

  /** @returns whether there is room now. */
  #evictIdle(): boolean {
    const [first] = this.#sessions.values()
    if (first === undefined || this.#clock.monotonic() - first.usedAtMs <= evictableAfterMs) return false
    return this.#sessions.delete(first.session.id)
  }

  /** @returns whether there is room now. */
  #evictSmaller(partitions: number): boolean {
    const nowMs = this.#clock.monotonic()
    const [smallest] = [...this.#sessions.values()]
      .filter(({ begunAtMs }) => nowMs - begunAtMs > evictableAfterMs)
      .map(({ session }) => session)
      .toSorted((a, b) => a.size - b.size)
    if (smallest === undefined || smallest.size >= partitions) return false
    return this.#sessions.delete(smallest.id)
  }

  /** Random as in Kafka: a client that comes back after a restart must not read on in the session of another. */
  #newId(): number {
    for (;;) {
      const id = randomInt(1, largestId)
      if (!this.#sessions.has(id)) return id
    }
  }
}
