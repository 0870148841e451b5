import {
  ProtocolError,
  apiVersions,
  decodeRequest,
  decodeRequestHeader,
  encodeResponse,
  encodeResponseHeader,
  errorCode,
  type RequestHeader,
} from '@headwater/protocol'
import { toError } from '@headwater/base'
import { delay } from '../cluster/delay.ts'
import { runRequest } from '../faults/run-request.ts'
import { errorCodesIn } from '../faults/error-codes-in.ts'
import { handlerFor } from '../handlers/handler-table.ts'
import type { Handler, RequestContext } from '../handlers/handler.ts'
import { SaslRefused } from '../security/sasl-server.ts'
import { openAccess, withAccess, type Access } from '../access/access-rules.ts'
import type { Injected } from '../faults/injected.ts'
import type { Connection } from './connection.ts'
import { RequestFailed } from './request-failed.ts'

/** Reads one request, has it handled on its way past the faults, and answers. Throws where Kafka would hang up. */
export async function serveRequest(connection: Connection, frame: Buffer): Promise<void> {
  const { broker, authenticator } = connection
  if (authenticator.takesBareToken) return exchangeBareToken(connection, frame)
  const header = wellFormed(() => decodeRequestHeader(frame, (key) => handlerFor(key)?.api.flexibleFrom))
  const handler = handlerFor(header.apiKey)
  const admission = authenticator.admit(header.apiKey)
  if (admission !== 'serve' && (admission === 'hangUp' || !handler || !isServed(handler, header.apiVersion)))
    throw await notAuthenticated(connection, header)
  if (handler === undefined || !isServed(handler, header.apiVersion)) {
    if (header.apiKey === apiVersions.key) return sendApiVersionsFallback(connection, header)
    throw unsupported(header)
  }
  const { api } = handler
  const version = header.apiVersion
  broker.cluster.traffic.requested(api.name)
  const request: unknown = wellFormed(() => decodeRequest(api, version, header.body, { ignoreRest: true }))
  const clientId = header.clientId ?? ''
  if (admission === 'refuse') return refuse(connection, handler, request, header)
  const { correlationId } = header
  const subject = {
    api: api.name,
    version,
    broker: broker.id,
    connection: connection.id,
    correlationId,
    clientId,
  }
  const access = broker.cluster.rules.check({
    api: api.name,
    principal: authenticator.principal,
    groups: handler.groups?.(request) ?? [],
    transactionalIds: (handler.transactionalIds?.(request) ?? []).filter((id) => id !== null),
  })
  const context = (injected: Injected): RequestContext =>
    contextOf(connection, version, clientId, withAccess(access, injected), access)
  await runRequest({
    faults: broker.faults,
    clock: broker.cluster.clock,
    subject: {
      ...subject,
      targets: [...(handler.targets?.(request, broker.cluster, broker.sessions) ?? [])],
      transactionalIds: (handler.transactionalIds?.(request) ?? []).filter((id) => id !== null),
    },
    scoped: handler.targets !== undefined,
    brokerLife: broker.life,
    thawed: () => broker.thawed,
    apply: (injected) =>
      access.code === 0
        ? handle(handler, request, context(injected))
        : Promise.resolve(handler.fail(request, access.code, context(injected))),
    fail: (code, injected) => handler.fail(request, code, context(injected)),
    send: async (response, cutAfterBytes) => {
      broker.journal.add({ kind: 'request', ...subject, errorCodes: errorCodesIn(response) })
      if (response === undefined) return
      await connection.send(
        [encodeResponseHeader(api, version, correlationId), ...encodeResponse(api, version, response)],
        cutAfterBytes ?? (authenticator.failed ? everything : undefined),
      )
    },
    cut: () => {
      broker.journal.add({ kind: 'request', ...subject, errorCodes: [], cut: true })
      connection.destroy()
    },
  })
}

/** What cuts a connection when all of a response is sent. */
const everything = Number.MAX_SAFE_INTEGER

/** After a handshake v0 tokens travel without headers, and who fails is hung up on without a word (KIP-152 came later). */
async function exchangeBareToken(connection: Connection, token: Buffer): Promise<void> {
  try {
    const { challenge } = await connection.authenticator.step(token)
    await connection.send([challenge])
  } catch (error) {
    if (!(error instanceof SaslRefused)) throw error
    await delayRefusal(connection)
    throw new RequestFailed('NOT_AUTHENTICATED', error.message, { cause: error })
  }
}

/** Who sends something else in the middle of an exchange is told so and hung up on. */
async function refuse(
  connection: Connection,
  handler: Handler,
  request: unknown,
  { apiVersion, clientId, correlationId }: RequestHeader,
): Promise<void> {
  const { api } = handler
  connection.authenticator.fail()
  await delayRefusal(connection)
  const context = contextOf(connection, apiVersion, clientId ?? '', { refuse: () => 0, amend: () => 0 })
  const body = encodeResponse(api, apiVersion, handler.fail(request, errorCode.ILLEGAL_SASL_STATE, context))
  await connection.send([encodeResponseHeader(api, apiVersion, correlationId), ...body], everything)
}

async function notAuthenticated(connection: Connection, header: RequestHeader): Promise<RequestFailed> {
  await delayRefusal(connection)
  const name = handlerFor(header.apiKey)?.api.name ?? 'unknown'
  return new RequestFailed(
    'NOT_AUTHENTICATED',
    `request key ${header.apiKey} (${name}) of client ${JSON.stringify(header.clientId)} came without a valid session`,
  )
}

function delayRefusal({ broker: { cluster }, life }: Connection): Promise<void> {
  return delay(cluster.clock, cluster.config['connection.failed.authentication.delay.ms'], life)
}

function isServed(handler: Handler, version: number): boolean {
  // The tables may begin later than what is advertised: Produce v0 to v2 are announced and refused (KAFKA-18659).
  const [oldest, newest] = handler.api.versions
  return version >= oldest && version <= Math.min(newest, handler.versions[1])
}

function contextOf(
  connection: Connection,
  version: number,
  clientId: string,
  injected: Injected,
  access: Access = openAccess,
): RequestContext {
  const { broker, life, clientHost, authenticator } = connection
  return {
    cluster: broker.cluster,
    groups: broker.groups,
    transactions: broker.transactions,
    sessions: broker.sessions,
    broker: broker.id,
    version,
    clientId,
    clientHost,
    connection: life,
    authenticator,
    delayRefusal: () => delayRefusal(connection),
    injected,
    denies: (topic) => access.denies(topic),
    forbidden: access.codeOf,
  }
}

/** A defect in a handler must not look like a network fault: Kafka answers UNKNOWN_SERVER_ERROR and goes on. */
async function handle(handler: Handler, request: unknown, context: RequestContext): Promise<unknown> {
  try {
    return await handler.handle(request, context)
  } catch (error) {
    if (error instanceof RequestFailed) throw error
    context.cluster.logger.error(
      { err: toError(error), api: handler.api.name },
      'a request could not be served',
    )
    return handler.fail(request, errorCode.UNKNOWN_SERVER_ERROR, context)
  }
}

function unsupported({ apiKey, apiVersion, clientId }: RequestHeader): RequestFailed {
  const name = handlerFor(apiKey)?.api.name ?? 'an unknown API'
  return new RequestFailed(
    'UNSUPPORTED_REQUEST',
    `request key ${apiKey} (${name}) version ${apiVersion} of client ${JSON.stringify(clientId)} is not supported`,
  )
}

/** ApiVersions in a version that is too new gets a v0 answer that names the versions to use (KIP-511). */
async function sendApiVersionsFallback(connection: Connection, header: RequestHeader): Promise<void> {
  const [minVersion, maxVersion] = handlerFor(apiVersions.key)!.versions
  const body = encodeResponse(apiVersions, 0, {
    errorCode: errorCode.UNSUPPORTED_VERSION,
    apiKeys: [{ apiKey: apiVersions.key, minVersion, maxVersion }],
  })
  await connection.send([encodeResponseHeader(apiVersions, 0, header.correlationId), ...body])
}

/** Bytes that are no request are the client's fault; anything else that cannot be read or written is ours. */
function wellFormed<T>(decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    throw new RequestFailed('MALFORMED_REQUEST', `a request cannot be read: ${error.message}`, {
      cause: error,
    })
  }
}
