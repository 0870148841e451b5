import { readLevel } from './answer-shapes.ts'
import type { Deadline } from './deadline.ts'
import { RegistryError, subjectUnknown } from './registry-error.ts'
import type { RegistryCall, RegistryTransport } from './registry-transport.ts'
import type { LevelInForce } from './schema-input.ts'
import type { SingleFlight } from './single-flight.ts'
import { segment } from './url-segment.ts'

const nobodysSubject = 'headwater.level-of-nobody'

/** Finds out which compatibility level is in force, and whose it is. */
export class CompatibilityLevels {
  readonly #transport: RegistryTransport
  readonly #flights: SingleFlight
  #tellsUnset: boolean | undefined

  constructor(transport: RegistryTransport, flights: SingleFlight) {
    this.#transport = transport
    this.#flights = flights
  }

  /** Two questions rather than `defaultToGlobal`: it is not understood by every registry, and does not say whose. */
  async inForce(subject: string | undefined, deadline: Deadline): Promise<LevelInForce> {
    const own = subject === undefined ? undefined : await this.#own(subject, deadline)
    const means = own !== undefined && (own !== 'NONE' || (await this.#tellsUnsetLevels(deadline)))
    if (means) return { level: own, scope: 'subject' }
    return { level: await this.#ask('/config', deadline), scope: 'global' }
  }

  async #own(subject: string, deadline: Deadline): Promise<LevelInForce['level'] | undefined> {
    try {
      return await this.#ask(`/config/${segment(subject)}`, deadline)
    } catch (error) {
      if (error instanceof RegistryError && error.code === 'REGISTRY_NOT_FOUND') return undefined
      throw error
    }
  }

  async #ask(path: string, deadline: Deadline): Promise<LevelInForce['level']> {
    const call: RegistryCall = { operation: 'level', method: 'GET', path }
    const { answer, what } = await this.#transport.call(call, deadline)
    return readLevel(answer, what)
  }

  /**
   * Apicurio answers NONE for a subject that has no level of its own, whatever the one of all. It is known by its answer
   * for a subject that nobody has: where Confluent says that no level is set, it says that there is no such subject.
   */
  #tellsUnsetLevels(until: Deadline): Promise<boolean> {
    if (this.#tellsUnset !== undefined) return Promise.resolve(this.#tellsUnset)
    const call: RegistryCall = { operation: 'level', method: 'GET', path: `/config/${nobodysSubject}` }
    return this.#flights.run('level of nobody', until, async (deadline) => {
      try {
        await this.#transport.call(call, deadline)
        return (this.#tellsUnset = true)
      } catch (error) {
        const isNotFound = error instanceof RegistryError && error.code === 'REGISTRY_NOT_FOUND'
        // Not an answer to keep.
        if (!isNotFound) throw error
        return (this.#tellsUnset = error.errorCode !== subjectUnknown)
      }
    })
  }
}
