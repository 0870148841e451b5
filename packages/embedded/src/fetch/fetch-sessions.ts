import { randomInt } from 'node:crypto'
import { Refusal } from '../cluster/refusal.ts'
import { FetchSession } from './fetch-session.ts'

/** The epochs that mean something else than the next request of a session (`FetchMetadata`). */
const initialEpoch = 0
const finalEpoch = -1
const largestEpoch = 0x7fffffff
const largestId = 0x7fffffff

/** The fetch sessions of one broker; when there are too many, the oldest one ends. */
export class FetchSessions {
  readonly #maxSessions: number
  readonly #sessions = new Map<number, FetchSession>()

  constructor(maxSessions: number) {
    this.#maxSessions = maxSessions
  }

  /**
   * The session of a request; `undefined` for one without.
   *
   * @throws Refusal - FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH, FETCH_SESSION_TOPIC_ID_ERROR
   */
  open(id: number, epoch: number, byTopicId: boolean): { session: FetchSession | undefined; isNew: boolean } {
    if (epoch === finalEpoch || epoch === initialEpoch) {
      this.#sessions.delete(id)
      return { session: epoch === finalEpoch ? undefined : this.#create(byTopicId), isNew: true }
    }
    const session = this.#sessions.get(id)
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
    return { session, isNew: false }
  }

  #create(byTopicId: boolean): FetchSession | undefined {
    if (this.#maxSessions === 0) return undefined
    const [oldest] = this.#sessions.keys()
    if (oldest !== undefined && this.#sessions.size >= this.#maxSessions) this.#sessions.delete(oldest)
    const session = new FetchSession(this.#newId(), byTopicId)
    this.#sessions.set(session.id, session)
    return session
  }

  /** Random as in Kafka: a client that comes back after a restart must not read on in the session of another. */
  #newId(): number {
    for (;;) {
      const id = randomInt(1, largestId)
      if (!this.#sessions.has(id)) return id
    }
  }
}
