import type { Clock } from '@headwater/base'
import type { RegistryServer } from './registry-options.ts'

interface Standing {
  readonly server: RegistryServer
  /** Failures since the last success. */
  failures: number
  /** Not asked before, unless no other can be. */
  freeMs: number
  failedMs: number
}

/** Which server a call goes to, and how long it waits before. */
export interface Turn {
  readonly server: RegistryServer
  readonly waitMs: number
}

/**
 * The servers of one registry. Calls stay with one for as long as it answers; when it fails they move on to the next in
 * order, and it is left alone for a time that doubles with each failure. Nothing goes back to the first by itself: a
 * server that answers is as good as another.
 */
export class ServerPool {
  readonly #standings: readonly Standing[]
  readonly #clock: Clock
  readonly #toBackoffMs: (failures: number) => number
  #current = 0

  constructor(servers: readonly RegistryServer[], clock: Clock, toBackoffMs: (failures: number) => number) {
    this.#standings = servers.map((server) => ({
      server,
      failures: 0,
      freeMs: -Infinity,
      failedMs: -Infinity,
    }))
    this.#clock = clock
    this.#toBackoffMs = toBackoffMs
  }

  /** The first turn of a call waits for nobody: a server that failed others may be back. */
  first(): RegistryServer {
    return (this.#free() ?? this.#standings[this.#current]!).server
  }

  /** The turn after a failure: a free server at once, or the one that is free first, then. */
  next(): Turn {
    const free = this.#free()
    if (free !== undefined) return { server: free.server, waitMs: 0 }
    const soonest = this.#inOrder().reduce((best, other) => (other.freeMs < best.freeMs ? other : best))
    return { server: soonest.server, waitMs: soonest.freeMs - this.#clock.monotonic() }
  }

  succeeded(server: RegistryServer): void {
    const standing = this.#find(server)
    standing.failures = 0
    standing.freeMs = -Infinity
    this.#current = this.#standings.indexOf(standing)
  }

  /** A request that began before the failure that is known tells nothing new: a hundred calls fail with one server. */
  failed(server: RegistryServer, startedMs: number, retryAfterMs?: number): void {
    const standing = this.#find(server)
    const nowMs = this.#clock.monotonic()
    if (retryAfterMs !== undefined) standing.freeMs = nowMs + retryAfterMs
    const at = this.#standings.indexOf(standing)
    if (this.#current === at) this.#current = (at + 1) % this.#standings.length
    if (startedMs < standing.failedMs) return
    standing.failures++
    standing.failedMs = nowMs
    standing.freeMs = nowMs + (retryAfterMs ?? this.#toBackoffMs(standing.failures))
  }

  #find(server: RegistryServer): Standing {
    return this.#standings.find((standing) => standing.server === server)!
  }

  #free(): Standing | undefined {
    const nowMs = this.#clock.monotonic()
    return this.#inOrder().find(({ freeMs }) => freeMs <= nowMs)
  }

  #inOrder(): readonly Standing[] {
    return [...this.#standings.slice(this.#current), ...this.#standings.slice(0, this.#current)]
  }
}
