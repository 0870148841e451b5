import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import type { ISocketFactory } from 'kafkajs'

/**
 * What happens to one Produce request on its way:
 * - `lose-response`: the broker appends, and the connection is cut instead of answering.
 * - `lose-request`: the connection is cut before the broker sees the request.
 * - `delay-response`: the answer is held back for so many milliseconds.
 */
export type ProxyFault =
  | { readonly kind: 'lose-response' }
  | { readonly kind: 'lose-request' }
  | { readonly kind: 'delay-response'; readonly ms: number }

const produceKey = 0
/** Size prefix, API key, version and correlation id. */
const leadingBytes = 12

/**
 * A proxy in front of every broker that knows where Kafka's frames begin, so that a fault hits one request and not some
 * bytes. Clients come through it by their `socketFactory`, so the brokers need not know of it: the same faults happen to
 * any client, on the embedded and on a real Kafka.
 */
export class FaultProxy {
  /** The faults that are ordered, one for each coming Produce request that is not the first of its connection's life. */
  readonly #orders: ProxyFault[] = []
  readonly #ports = new Map<string, number>()
  readonly #servers: Server[] = []
  readonly #sockets = new Set<Socket>()
  /** How many faults happened. */
  fired = 0
  /** Connections that clients opened so far, by broker. */
  readonly connections: Map<string, number> = new Map()

  /** Listens on a loopback port for each broker. */
  static async start(brokers: readonly string[]): Promise<FaultProxy> {
    const proxy = new FaultProxy()
    for (const broker of brokers) {
      const server = createServer((socket) => proxy.#serve(socket, broker))
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      proxy.#servers.push(server)
      proxy.#ports.set(broker, (server.address() as AddressInfo).port)
    }
    return proxy
  }

  /** For `new Kafka({ socketFactory })`: connects to the proxy of the broker that the client asks for. */
  readonly socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const proxied = this.#ports.get(`${host}:${port}`)
    if (proxied === undefined) throw new Error(`there is no proxy in front of ${host}:${port}`)
    const socket = createConnection(proxied, '127.0.0.1', onConnect)
    socket.setNoDelay(true)
    return socket
  }

  /** Orders a fault for the next Produce request, or for the one after those ordered before. */
  order(...faults: readonly ProxyFault[]): void {
    this.#orders.push(...faults)
  }

  /** Cuts every connection now. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.cutAll()
    await Promise.all(this.#servers.map((server) => new Promise((done) => server.close(done))))
  }

  #serve(client: Socket, broker: string): void {
    this.connections.set(broker, (this.connections.get(broker) ?? 0) + 1)
    const colon = broker.lastIndexOf(':')
    const upstream = createConnection(Number(broker.slice(colon + 1)), broker.slice(0, colon))
    const cut = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      // A cut shows on both sides; the close that follows is what counts.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        cut()
      })
    }
    /** What shall happen to the answers of requests under way, by correlation id. */
    const pending = new Map<number, ProxyFault>()
    onFrames(client, (frame) => {
      const fault =
        frame.length >= leadingBytes && frame.readInt16BE(4) === produceKey ? this.#orders.shift() : undefined
      if (fault === undefined) {
        upstream.write(frame)
        return
      }
      this.fired++
      if (fault.kind === 'lose-request') cut()
      else {
        pending.set(frame.readInt32BE(8), fault)
        upstream.write(frame)
      }
    })
    let held = Promise.resolve()
    onFrames(upstream, (frame) => {
      const fault = pending.get(frame.readInt32BE(4))
      if (fault?.kind === 'lose-response') return cut()
      // Answers keep their order: one that is held back holds back those behind it, as a slow broker does.
      const ms = fault?.kind === 'delay-response' ? fault.ms : 0
      held = held.then(() => after(ms)).then(() => void (client.destroyed || client.write(frame)))
    })
  }
}

function after(ms: number): Promise<void> | undefined {
  return ms === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, ms))
}

/** Calls `take` for each whole frame, size prefix included. */
function onFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (bytes: Buffer) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const size = 4 + rest.readInt32BE(0)
      take(rest.subarray(0, size))
      rest = rest.subarray(size)
    }
  })
}
