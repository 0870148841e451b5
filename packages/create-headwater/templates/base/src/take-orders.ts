import type { IncomingMessage, RequestListener } from 'node:http'
import type { OrderPublisher } from './open-publisher.ts'
import { readOrder } from './read-order.ts'

const maxBodyBytes = 65_536

/** `POST` of an order: 202 once its event is in the log and never before, 503 while Kafka does not answer. */
export function takeOrders(publisher: OrderPublisher, ackTimeoutMs: number): RequestListener {
  const answer = async (request: IncomingMessage): Promise<{ status: number; body: object }> => {
    if (request.method !== 'POST') return { status: 405, body: { error: 'Send a POST.' } }
    const text = await readBody(request)
    if (text === undefined) return { status: 413, body: { error: `More than ${maxBodyBytes} bytes.` } }
    const order = readOrder(text)
    if (typeof order === 'string') return { status: 400, body: { error: order } }
    // The order's id makes the event's id, so that an order that is sent again is the same event again.
    const messageId = `order.placed/${order.order_id}`
    const result = await publisher.tryPublish('order.placed', order, {
      messageId,
      deliveryTimeoutMs: ackTimeoutMs,
    })
    if (result.status === 'delivered') return { status: 202, body: { ...result.receipt.toJSON() } }
    // `unknown` may be in the log. Sending it again is harmless to consumers that look at the event's id.
    const mayPass = result.status === 'not-sent' || result.status === 'unknown'
    return { status: mayPass ? 503 : 500, body: { status: result.status } }
  }
  return (request, response) => {
    answer(request).then(
      ({ status, body }) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      // The connection broke while the body was read.
      () => response.destroy(),
    )
  }
}

/** The whole body, or undefined when it is larger than this service takes; the rest of such a body is dropped. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= maxBodyBytes) chunks.push(chunk)
  }
  return bytes > maxBodyBytes ? undefined : Buffer.concat(chunks).toString('utf8')
}
