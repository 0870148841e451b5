import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import {
  apiByKey,
  apis,
  apiVersions,
  decodeRequestHeader,
  encodeResponse,
  encodeResponseHeader,
  type AnyApi,
  type RequestHeader,
} from '@headwater/protocol'

/** A request as it came over the wire. */
export type SeenRequest = RequestHeader & { readonly body: Uint8Array }

/** One accepted connection. */
export interface Peer {
  readonly index: number
  readonly socket: Socket
  /** Answers a request with a body that is encoded already. */
  answer(request: SeenRequest, api: AnyApi, body: readonly Uint8Array[]): void
}

export type ApiRange = { readonly apiKey: number; readonly minVersion: number; readonly maxVersion: number }

/** What the test makes of the peer's bytes; everything is optional. */
export interface Script {
  readonly onConnect?: (peer: Peer) => void
  /** Milliseconds that ApiVersions tells the client to pause. Default: 0. */
  readonly throttleTimeMs?: number
  /** ApiVersions of the connection; `'silent'` never answers. Default: all that `protocol` has tables for. */
  readonly versions?: (peer: Peer) => readonly ApiRange[] | 'silent'
  /** Speaks TLS, with these options. Default: plain TCP. */
  readonly tls?: TlsOptions
  /** Every request but ApiVersions. Default: silence. */
  readonly onRequest?: (request: SeenRequest, peer: Peer) => void
}

export const usualVersions: readonly ApiRange[] = apis.map(({ key, versions: [minVersion, maxVersion] }) => ({
  apiKey: key,
  minVersion,
  maxVersion,
}))

/** A TCP server that speaks just enough Kafka to be connected to, and otherwise does what the script says. */
export class ScriptedBroker implements AsyncDisposable {
  readonly peers: Peer[] = []
  readonly requests: SeenRequest[] = []
  readonly #server: Server
  readonly #script: Script

  private constructor(script: Script) {
    this.#script = script
    const accept = (socket: Socket): void => this.#accept(socket)
    this.#server = script.tls === undefined ? createServer(accept) : createTlsServer(script.tls, accept)
  }

  static async start(script: Script = {}): Promise<ScriptedBroker> {
    const broker = new ScriptedBroker(script)
    await new Promise<void>((resolve) => broker.#server.listen(0, '127.0.0.1', resolve))
    return broker
  }

  get address(): { host: string; port: number } {
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port }
  }

  get seed(): string {
    return `127.0.0.1:${this.address.port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.peers) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(socket: Socket): void {
    const peer: Peer = {
      index: this.peers.length,
      socket,
      answer: ({ apiVersion, correlationId }, api, body) => {
        const frame = Buffer.concat([encodeResponseHeader(api, apiVersion, correlationId), ...body])
        const size = Buffer.alloc(4)
        size.writeInt32BE(frame.length)
        socket.write(Buffer.concat([size, frame]))
      },
    }
    this.peers.push(peer)
    // A reset by the client is what some tests are about.
    socket.on('error', () => socket.destroy())
    let received: Buffer[] = []
    let missingBytes = 4
    socket.on('data', (chunk) => {
      received.push(chunk)
      missingBytes -= chunk.length
      if (missingBytes > 0) return
      let bytes = Buffer.concat(received)
      while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
        const end = 4 + bytes.readInt32BE(0)
        this.#take(
          decodeRequestHeader(bytes.subarray(4, end), (key) => apiByKey(key)?.flexibleFrom),
          peer,
        )
        bytes = bytes.subarray(end)
      }
      received = [bytes]
      missingBytes = (bytes.length < 4 ? 4 : 4 + bytes.readInt32BE(0)) - bytes.length
    })
    this.#script.onConnect?.(peer)
  }

  #take(request: SeenRequest, peer: Peer): void {
    if (request.apiKey !== apiVersions.key) {
      this.requests.push(request)
      this.#script.onRequest?.(request, peer)
      return
    }
    const apiKeys = this.#script.versions?.(peer) ?? usualVersions
    if (apiKeys === 'silent') return
    const body = { errorCode: 0, apiKeys, throttleTimeMs: this.#script.throttleTimeMs ?? 0 }
    peer.answer(request, apiVersions, encodeResponse(apiVersions, request.apiVersion, body))
  }
}
