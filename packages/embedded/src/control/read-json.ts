import type { IncomingMessage } from 'node:http'
import { badRequest, ControlFailure } from './control-failure.ts'

/** The JSON in a body; `undefined` for no body. What is too large is refused as soon as that is known. */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const tooLarge = new ControlFailure(413, 'BODY_TOO_LARGE', `the body is larger than ${maxBytes} bytes`)
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge
  const chunks: Buffer[] = []
  let size = 0
  // Not destroyed on the way out: the answer must still get through.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge
    chunks.push(chunk)
  }
  if (size === 0) return undefined
  const contentType = request.headers['content-type'] ?? ''
  if (!/^application\/json\b/i.test(contentType)) {
    throw new ControlFailure(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'a body must be sent as content-type application/json',
    )
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (error) {
    throw badRequest(`the body is not JSON: ${(error as SyntaxError).message}`)
  }
}
