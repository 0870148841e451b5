import type { IncomingMessage, ServerResponse } from 'node:http'
import { toError } from '@headwater/base'
import { takeStream, type WebhookServerOptions } from './take-stream.ts'
import type { WebhookChannel, WebhookEvent } from './webhook-channel.ts'
import { splitTarget } from './webhook-request.ts'

/**
 * Makes a listener for `node:http` that takes a channel's webhooks, at whatever address it is mounted. The body is read
 * up to the channel's limit and never beyond.
 *
 * How long a sender may take is the server's business: `requestTimeout` and `headersTimeout` of `node:http`.
 */
export function webhookHandler<Event extends WebhookEvent>(
  channel: WebhookChannel<Event>,
  options: WebhookServerOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // The connection may break while the answer is written, and nobody is left to be told.
    response.on('error', () => undefined)
    const { method = '', url = '', headers, socket } = request
    const head = { method, ...splitTarget(url), headers, remoteAddress: socket.remoteAddress }
    const result = await takeStream(channel, head, request, options)
    if (result === undefined || response.destroyed || response.headersSent) return
    const { status, headers: fields, body } = result.answer
    try {
      response.writeHead(status, { ...fields, 'content-length': Buffer.byteLength(body) })
      response.end(method === 'HEAD' ? undefined : body)
    } catch (thrown) {
      // A channel worded its answer with a header that HTTP does not allow.
      options.logger?.error({ channel: channel.name, err: toError(thrown) }, 'an answer could not be written')
      response.writeHead(500).end()
    }
  }
  return (request, response) => {
    // takeStream never rejects, and writing to a connection that is gone does nothing.
    void handle(request, response)
  }
}
