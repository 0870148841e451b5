import type { ServerResponse } from 'node:http'
import type { Clock, Timer } from '@headwater/base'

/** How a stream tells its listeners. */
export interface LiveStreamOptions {
  readonly clock: Clock
  /** What to tell, as JSON text; asked once a second for all listeners, and never without one. */
  readonly read: () => string
}

/** One page of each operator; the work is shared, the connections are not. */
const maxListeners = 32
const everyMs = 1000
/** Bytes that a listener may leave unread; it misses a second then. */
const maxUnreadBytes = 262_144
/** Seconds missed in a row after which it is taken for gone. */
const maxMissed = 10
/** When browsers come back after the stream broke. */
const reconnectMs = 2000

/** Tells all listeners the same once a second (server-sent events). Nothing runs while nobody listens. */
export class LiveStream {
  readonly #clock: Clock
  readonly #read: () => string
  /** Seconds that each has missed in a row. */
  readonly #listeners = new Map<ServerResponse, number>()
  #timer: Timer | undefined
  #closed = false

  constructor({ clock, read }: LiveStreamOptions) {
    this.#clock = clock
    this.#read = read
  }

  /** Whether one more can listen. */
  get full(): boolean {
    return this.#closed || this.#listeners.size >= maxListeners
  }

  /** Who listens now. */
  get listeners(): number {
    return this.#listeners.size
  }

  /** Answers a request with the stream: what is now at once, and then each second. */
  add(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // A proxy that collects would show the past.
      'x-accel-buffering': 'no',
    })
    response.write(`retry: ${reconnectMs}\n\n`)
    response.write(this.#message())
    this.#listeners.set(response, 0)
    response.once('close', () => this.#remove(response))
    this.#timer ??= this.#next()
  }

  /** Ends all streams and takes no more. */
  close(): void {
    this.#closed = true
    for (const response of this.#listeners.keys()) response.end()
    this.#listeners.clear()
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #remove(response: ServerResponse): void {
    this.#listeners.delete(response)
    if (this.#listeners.size > 0) return
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #next(): Timer {
    return this.#clock.schedule(everyMs, () => {
      this.#timer = this.#next()
      const message = this.#message()
      for (const [response, missed] of this.#listeners) {
        if (response.writableLength <= maxUnreadBytes) {
          response.write(message)
          this.#listeners.set(response, 0)
        } else if (missed < maxMissed) this.#listeners.set(response, missed + 1)
        else response.destroy()
      }
    })
  }

  #message(): string {
    return `data: ${this.#read()}\n\n`
  }
}
