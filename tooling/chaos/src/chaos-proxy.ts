import { splitFrames } from '@headwater/kafka'
import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { DelayedWrites } from './delayed-writes.ts'
import type { SeededRandom } from './seeded-random.ts'

/** What goes wrong on the way between clients and one broker; everything that is left out goes well. */
export interface ProxyTrouble {
  /** Of the answers to Produce requests, the share that is swallowed, so after the append; the connection is cut. */
  readonly swallowedAnswers?: number | undefined
  /** How many bytes go over a connection, both directions together, before it is cut; drawn for each connection. */
  readonly cutAfterBytes?: ((random: SeededRandom) => number) | undefined
  /** Milliseconds that a frame is held, drawn for each, in both directions; frames keep their order. */
  readonly holdMs?: ((random: SeededRandom) => number) | undefined
}

const produceKey = 0

/**
 * Stands between all clients under test and one broker, which names the proxy's address as its own. Knows where Kafka's
 * frames begin, so that trouble can hit the answer to a Produce request and not just some bytes.
 */
export class ChaosProxy {
  /** How many connections this proxy has cut, with or without swallowing an answer. */
  cuts = 0
  readonly #server: Server
  readonly #random: SeededRandom
  readonly #connections = new Set<() => void>()
  #targetPort = 0
  #trouble: ProxyTrouble = {}

  private constructor(server: Server, random: SeededRandom) {
    this.#server = server
    this.#random = random
    server.on('connection', (client) => this.#serve(client))
  }

  /** Listens on a free port of 127.0.0.1. */
  static async listen(random: SeededRandom): Promise<ChaosProxy> {
    const server = createServer({ noDelay: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new ChaosProxy(server, random)
  }

  /** Where clients connect. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Names the broker; clients come only afterwards. */
  forwardTo(port: number): void {
    this.#targetPort = port
  }

  /** Sets what goes wrong from now on. Connections draw their bytes when they begin, so present ones are cut. */
  setTrouble(trouble: ProxyTrouble): void {
    this.#trouble = trouble
    if (trouble.cutAfterBytes !== undefined) this.#cutAll()
  }

  async close(): Promise<void> {
    this.#cutAll()
    await new Promise((done) => this.#server.close(done))
  }

  #cutAll(): void {
    for (const reset of this.#connections) reset()
  }

  #serve(client: Socket): void {
    const broker = createConnection({ port: this.#targetPort, host: '127.0.0.1', noDelay: true })
    const reset = (): void => {
      client.resetAndDestroy()
      broker.resetAndDestroy()
    }
    this.#connections.add(reset)
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      // A reset is how the other side often leaves; 'close' follows and is what counts.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.#connections.delete(reset)
        other.destroySoon()
      })
    }
    let bytesLeft = this.#trouble.cutAfterBytes?.(this.#random) ?? Infinity
    const writeTo = (socket: Socket, from: Socket) => (frame: Buffer) => {
      if (socket.destroyed || bytesLeft === 0) return
      if (frame.length < bytesLeft) {
        bytesLeft -= frame.length
        socket.write(frame)
        return
      }
      // The last bytes still arrive: their reader is left with a part of a frame, or with a whole one and no more.
      socket.end(frame.subarray(0, bytesLeft))
      bytesLeft = 0
      this.cuts++
      from.resetAndDestroy()
    }
    const toBroker = new DelayedWrites(writeTo(broker, client))
    const toClient = new DelayedWrites(writeTo(client, broker))
    const holdMs = (): number => this.#trouble.holdMs?.(this.#random) ?? 0
    const isSwallowed = (): boolean => this.#random.next() < (this.#trouble.swallowedAnswers ?? 0)
    const produces = new Set<number>()
    client.on(
      'data',
      splitFrames((frame) => {
        if (frame.readInt16BE(0) === produceKey) produces.add(frame.readInt32BE(4))
        toBroker.write(withSize(frame), holdMs())
      }),
    )
    broker.on(
      'data',
      splitFrames((frame) => {
        if (produces.delete(frame.readInt32BE(0)) && isSwallowed()) {
          this.cuts++
          reset()
        } else toClient.write(withSize(frame), holdMs())
      }),
    )
  }
}

function withSize(frame: Buffer): Buffer {
  const sized = Buffer.allocUnsafe(4 + frame.length)
  sized.writeUInt32BE(frame.length)
  frame.copy(sized, 4)
  return sized
}
