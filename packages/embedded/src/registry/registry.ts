import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { silentLogger, toError, type Logger } from '@headwater/base'
import { formatAddress } from '../network/format-address.ts'
import { toFailureAnswer, type RegistryDialect } from './answer-dialect.ts'
import { matchRoute } from './match-route.ts'
import { parseBody, readBody } from './read-body.ts'
import { assertAuthorized, type RegistryServerAuth } from './registry-auth.ts'
import { RegistryFailure } from './registry-failure.ts'
import { RegistryFaults, type RawAnswer } from './registry-faults.ts'
import { RegistryJournal, type RegistryJournalEntry } from './registry-journal.ts'
import { RegistryStore } from './registry-store.ts'

/** How {@link startRegistry} is set up. */
export interface StartRegistryOptions {
  /** The address to listen on. @defaultValue `'127.0.0.1'` */
  readonly host?: string | undefined
  /** 0 takes a free one. @defaultValue 0 */
  readonly port?: number | undefined
  /** Basic or bearer authentication that every request must bring. Default: none. */
  readonly auth?: RegistryServerAuth | undefined
  /** Bodies above this many bytes are refused with 413. @defaultValue 1048576 */
  readonly maxBodyBytes?: number | undefined
  /**
   * The `error_code` in the body of a 409: Confluent writes 409 up to 8.1.1 and 40901 from 8.1.2 on, so a client must
   * look at the status.
   *
   * @defaultValue 409
   */
  readonly incompatibleErrorCode?: 409 | 40901 | undefined
  /**
   * Whose answers are given where registries differ: Confluent's, or some quirks of Apicurio Registry 3 that clients
   * stumble over.
   *
   * @defaultValue 'confluent'
   */
  readonly dialect?: RegistryDialect | undefined
  /** Hears of what goes wrong inside. Default: says nothing. */
  readonly logger?: Logger | undefined
}

/**
 * A schema registry in this process, with the answers of Confluent's: ids, versions, references, compatibility levels,
 * statuses and error codes. It keeps everything in memory. Stop it with {@link EmbeddedRegistry.close} or `await using`.
 */
export class EmbeddedRegistry {
  /** Base URL for clients, without a slash at its end. */
  readonly url: string
  readonly port: number
  /** Faults to order. */
  readonly faults: RegistryFaults
  /** What was asked. */
  readonly journal: RegistryJournal
  readonly #server: Server
  readonly #lifetime: AbortController
  #closed: Promise<void> | undefined

  /** Use {@link startRegistry}. */
  constructor(server: Server, host: string, parts: RegistryParts) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    this.url = `http://${formatAddress(host, this.port)}`
    this.faults = parts.faults
    this.journal = parts.journal
    this.#lifetime = parts.lifetime
  }

  /** Stops listening and cuts every connection, hanging ones too. Calling it again gives the same promise. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#lifetime.abort()
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

interface RegistryParts {
  readonly store: RegistryStore
  readonly faults: RegistryFaults
  readonly journal: RegistryJournal
  readonly lifetime: AbortController
}

/** Starts a schema registry; it answers when the promise resolves. Rejects when the port is taken. */
export async function startRegistry(options: StartRegistryOptions = {}): Promise<EmbeddedRegistry> {
  const host = options.host ?? '127.0.0.1'
  const logger = options.logger ?? silentLogger
  const parts: RegistryParts = {
    store: new RegistryStore(),
    faults: new RegistryFaults(),
    journal: new RegistryJournal(),
    lifetime: new AbortController(),
  }
  const server = createServer((request, response) => {
    serve(request, response, parts, options).catch((error: unknown) => {
      // The client went away, or the registry was closed while it answered: nobody is left to tell.
      if (!parts.lifetime.signal.aborted) {
        logger.debug({ err: toError(error) }, 'a registry request ended without an answer')
      }
      response.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  return new EmbeddedRegistry(server, host, parts)
}

/** A request's way: read -> noted -> (hang, drop, reply, delay) -> applied -> (lose the response) -> answered. */
async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  parts: RegistryParts,
  options: StartRegistryOptions,
): Promise<void> {
  const method = request.method ?? 'GET'
  const url = request.url ?? '/'
  const [path = '/', ...query] = url.split('?')
  let body = ''
  let refused: unknown
  try {
    body = await readBody(request, options.maxBodyBytes ?? 1_048_576)
  } catch (error) {
    if (!(error instanceof RegistryFailure)) throw error
    refused = error
  }
  const entry = parts.journal.add(method, url, body)
  const fault = parts.faults.take(method, path)
  entry.fault = fault?.kind
  if (fault?.kind === 'hang') return
  if (fault?.kind === 'dropConnection') return void request.socket.destroy()
  if (fault?.kind === 'reply') return send(response, entry, fault.answer)
  if (fault?.kind === 'delay') await wait(fault.delayMs, undefined, { signal: parts.lifetime.signal })
  const answer = toAnswer(() => {
    if (refused !== undefined) throw refused
    assertAuthorized(request.headers.authorization, options.auth)
    const { handler, params } = matchRoute(method, path)
    return handler({
      store: parts.store,
      params,
      query: new URLSearchParams(query.join('?')),
      body: parseBody(body, request.headers['content-type']),
      incompatibleErrorCode: options.incompatibleErrorCode ?? 409,
      dialect: options.dialect ?? 'confluent',
    })
  }, options)
  if (fault?.kind === 'loseResponse') return void request.socket.destroy()
  // What was not read to its end cannot be followed by another request.
  if (refused !== undefined) response.setHeader('connection', 'close')
  send(response, entry, answer)
}

function toAnswer(run: () => unknown, options: StartRegistryOptions): RawAnswer {
  const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' }
  try {
    return { status: 200, headers, body: JSON.stringify(run()) }
  } catch (error) {
    if (error instanceof RegistryFailure) {
      return { headers, ...toFailureAnswer(error, options.dialect ?? 'confluent') }
    }
    const logger = options.logger ?? silentLogger
    logger.error({ err: toError(error) }, 'a registry handler failed')
    const body = JSON.stringify({
      error_code: 50001,
      message: `Error in the backend: ${toError(error).message}`,
    })
    return { status: 500, headers, body }
  }
}

function send(response: ServerResponse, entry: RegistryJournalEntry, answer: RawAnswer): void {
  entry.status = answer.status
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
  response.end(answer.body)
}
