import type { Socket } from 'node:net'
import { toError } from '@headwater/base'
import { delay } from '../cluster/delay.ts'
import { Life } from '../cluster/life.ts'
import { Authenticator } from '../security/authenticator.ts'
import { endWhenIdle } from './end-when-idle.ts'
import { FrameSplitter } from './frame-splitter.ts'
import type { NetworkShape } from './network-shape.ts'
import { RequestFailed } from './request-failed.ts'
import type { Broker } from './broker.ts'
import { serveRequest } from './serve-request.ts'

/** Bytes that may wait behind the request that is being served before the socket is no longer read. */
const readAheadBytes = 1_048_576

/**
 * One client's connection: requests are served one at a time, in order, as Kafka does; other connections go on.
 * Whatever a client sends, at worst this connection ends.
 */
export class Connection {
  readonly id: number
  readonly broker: Broker
  readonly life: Life = new Life()
  /** As Kafka's group descriptions show it. */
  readonly clientHost: string
  /** Who the client is. */
  readonly authenticator: Authenticator
  readonly #socket: Socket
  readonly #frames: FrameSplitter
  #serving = false
  readonly #used: () => void
  /** The last response that is still under way to the client when the network is slow. */
  #late: Promise<void> | undefined

  constructor(id: number, broker: Broker, socket: Socket) {
    this.id = id
    this.broker = broker
    this.clientHost = `/${socket.remoteAddress ?? 'unknown'}`
    this.authenticator = new Authenticator(broker.sasl, broker.cluster.clock)
    this.#socket = socket
    this.#frames = new FrameSplitter(broker.cluster.config['socket.request.max.bytes'])
    this.#used = endWhenIdle(this.life, {
      clock: broker.cluster.clock,
      limitMs: broker.cluster.config['connections.max.idle.ms'],
      end: () => this.destroy(),
    })
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#received(chunk))
    socket.on('error', (error) =>
      broker.cluster.logger.debug(
        { err: error, broker: broker.id, connection: id },
        'a client cut its connection',
      ),
    )
    socket.on('close', () => this.life.end())
  }

  /** Cuts the connection; what was not sent yet is lost. */
  destroy(): void {
    this.life.end()
    this.#socket.destroy()
  }

  /**
   * Sends a response; waits while the client does not read. On a slow network it arrives late and in order, while
   * the next request is served already, unless it is the bytes that are slow.
   */
  async send(pieces: readonly Uint8Array[], cutAfterBytes?: number): Promise<void> {
    const { shape, cluster } = this.broker
    if (shape.plain && this.#late === undefined) return this.#write(pieces, cutAfterBytes)
    const arrival = delay(cluster.clock, shape.nextDelayMs(), this.life)
    const late = Promise.all([arrival, this.#late])
      .then(() =>
        shape.inPieces ? this.#trickle(pieces, cutAfterBytes, shape) : this.#write(pieces, cutAfterBytes),
      )
      .finally(() => {
        if (this.#late === late) this.#late = undefined
      })
    this.#late = late
    if (shape.inPieces) await late
  }

  async #trickle(
    pieces: readonly Uint8Array[],
    cutAfterBytes: number | undefined,
    shape: NetworkShape,
  ): Promise<void> {
    const whole = Buffer.concat([...withPrefix(pieces)]).subarray(0, cutAfterBytes)
    for (const { piece, takesMs } of shape.pieces(whole)) {
      if (this.life.ended) return
      await delay(this.broker.cluster.clock, takesMs, this.life)
      this.#used()
      if (!this.#socket.write(piece)) await this.#drained()
    }
    if (cutAfterBytes !== undefined) await this.#hangUp()
  }

  async #write(pieces: readonly Uint8Array[], cutAfterBytes: number = Infinity): Promise<void> {
    if (this.life.ended) return
    this.#used()
    let left = cutAfterBytes
    let full = false
    this.#socket.cork()
    for (const piece of withPrefix(pieces)) {
      full = !this.#socket.write(piece.length > left ? piece.subarray(0, left) : piece) || full
      left -= piece.length
      if (left <= 0) break
    }
    this.#socket.uncork()
    if (cutAfterBytes !== Infinity) {
      await this.#hangUp()
    } else if (full) {
      await this.#drained()
    }
  }

  /** Cuts the connection when what was written is on its way. */
  async #hangUp(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#socket.end(resolve)
    })
    this.destroy()
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const forget = this.life.onEnd(resolve)
      this.#socket.once('drain', () => {
        forget()
        resolve()
      })
    })
  }

  #received(chunk: Buffer): void {
    this.#used()
    this.#frames.push(chunk)
    if (!this.#serving) {
      this.#serving = true
      this.#serve().catch((error: unknown) => this.#fail(toError(error)))
    } else if (this.#frames.bufferedBytes > readAheadBytes) {
      this.#socket.pause()
    }
  }

  async #serve(): Promise<void> {
    for (;;) {
      const frame = this.life.ended ? undefined : this.#frames.next()
      if (frame === undefined) break
      await serveRequest(this, frame)
    }
    this.#serving = false
    if (!this.life.ended) this.#socket.resume()
  }

  /** A frame that cannot be read or may not be answered ends the connection, as in Kafka. */
  #fail(error: Error): void {
    const fields = { err: error, broker: this.broker.id, connection: this.id }
    const { logger } = this.broker.cluster
    if (error instanceof RequestFailed || this.life.ended)
      logger.warn(fields, 'closing the connection of a request that cannot be answered')
    else logger.error(fields, 'closing the connection: serving a request failed')
    this.destroy()
  }
}

function* withPrefix(pieces: readonly Uint8Array[]): Iterable<Uint8Array> {
  const prefix = Buffer.allocUnsafe(4)
  prefix.writeInt32BE(pieces.reduce((bytes, piece) => bytes + piece.length, 0))
  yield prefix
  yield* pieces
}
