import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { takeStream, type WebhookServerOptions } from './take-stream.ts'
import type { WebhookChannel, WebhookEvent } from './webhook-channel.ts'
import { splitTarget } from './webhook-request.ts'

/** What the plugin needs of Fastify's requests. */
interface PluginRequest {
  readonly raw: IncomingMessage
  readonly body: unknown
  /** The peer, or what a trusted proxy says of it. */
  readonly ip: string
}

/** What the plugin needs of Fastify's replies. */
interface PluginReply {
  code(status: number): unknown
  headers(values: Readonly<Record<string, string>>): unknown
  send(payload: string): unknown
  hijack(): unknown
}

/** What the plugin needs of a Fastify 5 instance: its own scope. */
export interface PluginScope {
  removeAllContentTypeParsers(): unknown
  addContentTypeParser(
    type: string,
    parser: (
      request: PluginRequest,
      payload: IncomingMessage,
      done: (error: null, body: unknown) => void,
    ) => void,
  ): unknown
  route(route: {
    method: string[]
    url: string
    handler: (request: PluginRequest, reply: PluginReply) => Promise<unknown>
  }): unknown
}

/** Options of a plugin. */
export interface WebhookPluginOptions extends WebhookServerOptions {
  /** Within the prefix under which the plugin is registered. @defaultValue `'/'` */
  readonly path?: string | undefined
}

/** All that HTTP clients use, so that the channel's own 405 answers, which names what it takes. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Makes a Fastify 5 plugin that takes a channel's webhooks: `server.register(webhookPlugin(channel), { prefix:
 * '/hooks/whatsapp' })`. Within its scope bodies stay raw and are read up to the channel's limit; Fastify's parsers and
 * its `bodyLimit` go on as they are elsewhere.
 */
export function webhookPlugin<Event extends WebhookEvent>(
  channel: WebhookChannel<Event>,
  options: WebhookPluginOptions = {},
): (scope: PluginScope, registration: unknown, done: () => void) => void {
  return (scope, _registration, done) => {
    scope.removeAllContentTypeParsers()
    // Handed on as a stream: what is refused for its head is never read.
    scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload))
    scope.route({
      method: methods,
      url: options.path ?? '/',
      handler: async ({ raw, body, ip }, reply) => {
        const { method = '', url = '', headers } = raw
        const head = { method, ...splitTarget(url), headers, remoteAddress: ip }
        const result = await takeStream(channel, head, body instanceof Readable ? body : raw, options)
        if (result === undefined) {
          reply.hijack()
          return reply
        }
        reply.code(result.answer.status)
        reply.headers(result.answer.headers)
        reply.send(result.answer.body)
        return reply
      },
    })
    done()
  }
}
