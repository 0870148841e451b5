import type { IncomingMessage } from 'node:http'
import { failures, type RegistryFailure } from './registry-failure.ts'

/** The body as text. What is too large is refused as soon as that is known, not after it was collected. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > maxBytes) throw refuse(request, maxBytes)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw refuse(request, maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The rest is let through unread: a connection that is cut now would take the answer with it. */
function refuse(request: IncomingMessage, maxBytes: number): RegistryFailure {
  request.resume()
  return failures.bodyTooLarge(maxBytes)
}

/** The JSON object in a body, as lenient with content types as the registry: any JSON one, bytes, or none. */
export function parseBody(text: string, contentType: string | undefined): Record<string, unknown> {
  if (text === '') return {}
  if (contentType !== undefined && !/json|octet-stream/i.test(contentType))
    throw failures.unsupportedMediaType()
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    throw failures.badJson((error as SyntaxError).message)
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw failures.badJson('Cannot deserialize the body: a JSON object is expected')
  }
  return body as Record<string, unknown>
}
