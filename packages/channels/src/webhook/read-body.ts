import { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'

/** A body, or why there is none. */
export type ReadBody =
  | { readonly kind: 'body'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  /** Somebody else has read it to its end: its bytes are gone, and a sender waits for an answer. */
  | { readonly kind: 'consumed' }
  /** The sender went away in the middle: nobody is left to be answered. */
  | { readonly kind: 'aborted' }

/** Reads a body of at most `maxBytes`, and lets go of what it has as soon as there is more. Never rejects. */
export async function readBody(stream: Readable, maxBytes: number): Promise<ReadBody> {
  return await new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const finish = (result: ReadBody): void => {
      stream.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose)
      resolve(result)
    }
    const onData = (chunk: Buffer): void => {
      size += chunk.byteLength
      if (size > maxBytes) finish({ kind: 'too-large' })
      else chunks.push(chunk)
    }
    const onEnd = (): void => {
      finish({ kind: 'body', bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size) })
    }
    const onClose = (): void => finish({ kind: 'aborted' })
    // A stream that is over already says nothing any more.
    if (stream.readableEnded) return finish({ kind: 'consumed' })
    if (stream.destroyed) return finish({ kind: 'aborted' })
    stream.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose)
  })
}

/**
 * Lets what is left of a body pass by unread, so that its sender comes to read the answer; after `maxBytes` of it the
 * connection is cut.
 */
export function discardRest(stream: Readable, maxBytes: number): void {
  let size = 0
  stream.on('error', () => undefined)
  stream.on('data', (chunk: Buffer) => {
    size += chunk.byteLength
    if (size > maxBytes) stream.destroy()
  })
  stream.resume()
}
