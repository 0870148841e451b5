import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import {
  decodeResponse,
  encodeRequest,
  encodeRequestHeader,
  responseBody,
  type AnyApi,
  type RequestInputOf,
  type ResponseOf,
  saslAuthenticate,
  saslHandshake,
} from '@headwater/protocol'
import type { ClusterLogin } from '../cluster-under-test.ts'

/** Longer than any answer that the facts wait for, on a busy computer, too; a fact that meets it fails. */
const answerTimeoutMs = 10_000

/**
 * One connection that sends exactly what a fact says. It knows nothing of brokers: no ApiVersions, no retries; answers
 * are taken in the order of the requests, and one that answers another request is an error.
 */
export class RawClient {
  readonly #socket: Socket
  readonly #clientId: string
  readonly #waiting: ((frame: Buffer | undefined) => void)[] = []
  /** Frames that came before anybody asked for them. */
  readonly #unread: Buffer[] = []
  #buffered = Buffer.alloc(0)
  #nextCorrelationId = 1
  #isClosed = false
  /** Resolves when the connection is over, whoever ended it. */
  readonly closed: Promise<'closed'>

  private constructor(socket: Socket, clientId: string) {
    this.#socket = socket
    this.#clientId = clientId
    socket.on('data', (chunk) => this.#received(chunk))
    // A reset is one of the ways in which a broker hangs up; 'close' follows.
    socket.on('error', () => undefined)
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#isClosed = true
        for (const give of this.#waiting.splice(0)) give(undefined)
        resolve('closed')
      })
    })
  }

  /**
   * @param address - `host:port`
   * @param login - logs in, over TLS where there is a certificate; everything after it is as on a plain connection
   */
  static async open(
    address: string,
    clientId: string = 'contract',
    login?: ClusterLogin,
  ): Promise<RawClient> {
    const [host, port] = address.split(':')
    const to = { host: host!, port: Number(port) }
    const socket = login?.ca === undefined ? connect(to) : connectTls({ ...to, ca: login.ca })
    socket.setNoDelay(true)
    await once(socket, login?.ca === undefined ? 'connect' : 'secureConnect')
    const client = new RawClient(socket, clientId)
    if (login !== undefined) await client.#logIn(login)
    return client
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Sends a request and gives its answer; rejects when the broker hangs up instead, or says nothing. */
  async send<A extends AnyApi>(api: A, version: number, body: RequestInputOf<A>): Promise<ResponseOf<A>> {
    const answer = await this.sendOrClose(api, version, body)
    if (answer === 'closed') throw new Error(`${api.name} v${version}: the broker closed the connection`)
    return answer
  }

  /** The same where hanging up is an answer, too. */
  async sendOrClose<A extends AnyApi>(
    api: A,
    version: number,
    body: RequestInputOf<A>,
  ): Promise<ResponseOf<A> | 'closed'> {
    const { correlationId, bytes } = this.encode(api, version, body)
    const frame = await this.sendRawFrame(bytes)
    if (frame === undefined) return 'closed'
    if (frame.readInt32BE(0) !== correlationId) throw new Error(`${api.name}: an answer to another request`)
    return decodeResponse(api, version, responseBody(api, version, frame.subarray(4)))
  }

  /** Sends a request that has no answer, as Produce with acks 0. */
  post<A extends AnyApi>(api: A, version: number, body: RequestInputOf<A>): void {
    this.write(framed(this.encode(api, version, body).bytes))
  }

  /** Sends a frame, whatever is in it, and gives the next frame that comes back; `undefined` when none does. */
  sendRawFrame(frame: Uint8Array): Promise<Buffer | undefined> {
    this.write(framed(frame))
    return this.nextFrame()
  }

  /** The next frame that the broker sends, without its size; `undefined` when it hangs up first. */
  nextFrame(): Promise<Buffer | undefined> {
    const unread = this.#unread.shift()
    if (unread !== undefined || this.#isClosed) return Promise.resolve(unread)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        // Whatever came later would be taken for the answer to something else.
        this.close()
        reject(new Error(`the broker neither answered nor hung up within ${answerTimeoutMs} ms`))
      }, answerTimeoutMs)
      this.#waiting.push((frame) => {
        clearTimeout(timer)
        resolve(frame)
      })
    })
  }

  /** Sends bytes as they are. */
  write(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** A request with its header, without the size before it. */
  encode<A extends AnyApi>(
    api: A,
    apiVersion: number,
    body: RequestInputOf<A>,
  ): { readonly correlationId: number; readonly bytes: Buffer } {
    const correlationId = this.#nextCorrelationId++
    const header = encodeRequestHeader(api, { apiVersion, correlationId, clientId: this.#clientId })
    return { correlationId, bytes: Buffer.concat([header, ...encodeRequest(api, apiVersion, body)]) }
  }

  close(): void {
    this.#socket.destroy()
  }

  async #logIn({ username, password }: ClusterLogin): Promise<void> {
    const handshake = await this.send(saslHandshake, 1, { mechanism: 'PLAIN' })
    const authBytes = Buffer.from(`\0${username}\0${password}`)
    const answer = await this.send(saslAuthenticate, 2, { authBytes })
    if (handshake.errorCode === 0 && answer.errorCode === 0) return
    this.close()
    throw new Error(`${username} cannot log in: error ${handshake.errorCode}, ${answer.errorMessage}`)
  }

  #received(chunk: Buffer): void {
    this.#buffered = Buffer.concat([this.#buffered, chunk])
    while (this.#buffered.length >= 4 && this.#buffered.length >= 4 + this.#buffered.readInt32BE(0)) {
      const end = 4 + this.#buffered.readInt32BE(0)
      const frame = this.#buffered.subarray(4, end)
      const give = this.#waiting.shift()
      if (give === undefined) this.#unread.push(frame)
      else give(frame)
      this.#buffered = this.#buffered.subarray(end)
    }
  }
}

/** A frame as it travels: its size in four bytes, then itself. */
export function framed(frame: Uint8Array): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(frame.length)
  return Buffer.concat([size, frame])
}
