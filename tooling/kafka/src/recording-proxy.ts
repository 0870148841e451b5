import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A request and the answer to it, each without the four bytes of its size. */
export interface RecordedFrame {
  readonly request: Buffer
  readonly response: Buffer
}

/**
 * Stands between clients and one broker and keeps every request with its answer. It knows two things about the
 * protocol: frames begin with their size, and a broker answers the requests of a connection in their order. (So it
 * cannot record a producer with acks 0, whose requests have no answer.)
 */
export class RecordingProxy {
  /** What was recorded so far, in the order of the answers. */
  readonly frames: RecordedFrame[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #targetPort = 0

  private constructor(server: Server) {
    this.#server = server
    server.on('connection', (client) => this.#connect(client))
  }

  /** Listens on a free port of 127.0.0.1. */
  static async listen(): Promise<RecordingProxy> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new RecordingProxy(server)
  }

  /** Where clients connect. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Names the broker; connections come only afterwards. */
  forwardTo(port: number): void {
    this.#targetPort = port
  }

  /** Cuts all connections and stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #connect(client: Socket): void {
    const broker = createConnection({ port: this.#targetPort, host: '127.0.0.1' })
    const pending: Buffer[] = []
    const fromClient = splitFrames((request) => pending.push(request))
    const fromBroker = splitFrames((response) => {
      const request = pending.shift()
      if (request) this.frames.push({ request, response })
    })
    this.#pipe(client, broker, fromClient)
    this.#pipe(broker, client, fromBroker)
  }

  #pipe(from: Socket, to: Socket, look: (chunk: Buffer) => void): void {
    this.#sockets.add(from)
    from.on('data', (chunk) => {
      look(chunk)
      to.write(chunk)
    })
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
    // A reset is how clients often leave; 'close' follows and ends the other side.
    from.on('error', () => undefined)
  }
}

/** Gives each whole frame to `take`, however the stream was cut into chunks. */
export function splitFrames(take: (frame: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0)
      take(Buffer.from(rest.subarray(4, end)))
      rest = rest.subarray(end)
    }
  }
}
