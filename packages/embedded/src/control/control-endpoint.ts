import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A control endpoint that runs, made by `startControl`. */
export class ControlEndpoint {
  /** Base URL, without a slash at its end. */
  readonly url: string
  readonly port: number
  readonly #server: Server
  #closed: Promise<void> | undefined

  /** Use `startControl`. */
  constructor(server: Server) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    this.url = `http://127.0.0.1:${this.port}`
  }

  /** Stops listening and cuts every connection. Calling it again gives the same promise. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
