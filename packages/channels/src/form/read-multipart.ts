import { Buffer } from 'node:buffer'
import { Busboy, type BusboyEvents, type BusboyInstance } from '@fastify/busboy'
import { toError } from '@headwater/base'
import { ChannelError } from '../channel-error.ts'
import { InvalidWebhookError } from '../webhook/invalid-webhook-error.ts'
import type { FormLimits, FormPart } from './form-part.ts'

/** What is handed over at a time; between two slices other work gets its turn. */
const sliceBytes = 262144

/**
 * Reads a `multipart/form-data` body. Every part comes as bytes, those without a file name too: providers write fields
 * in charsets that only another field names. A multipart inside a part is one part of bytes; nothing is unpacked.
 *
 * @throws InvalidWebhookError, or ChannelError `WEBHOOK_TOO_LARGE` (as a rejection)
 */
export async function readMultipart(
  raw: Uint8Array,
  contentType: string,
  limits: FormLimits,
): Promise<readonly FormPart[]> {
  const busboy = openBusboy(contentType, limits)
  const parts: FormPart[] = []
  const ended = new Promise<void>((resolve, reject) => {
    const take: BusboyEvents['file'] = (name, stream, filename, _encoding, mimeType) => {
      // Without a file name it is a field; the parser's types know no part without one.
      const file = typeof filename === 'string' ? filename : null
      const most = file === null ? limits.maxFieldBytes : limits.maxFileBytes
      const chunks: Buffer[] = []
      let size = 0
      stream.on('data', (chunk: Buffer) => {
        size += chunk.byteLength
        if (size <= most) return void chunks.push(chunk)
        chunks.length = 0
        reject(tooLarge(`a ${file === null ? 'field' : 'file'} of the form has more than ${most} bytes`))
      })
      stream.on('error', (thrown: unknown) => reject(broken(toError(thrown))))
      stream.on('end', () => {
        // Nor one without any name, which nobody can ask for.
        if (typeof name !== 'string') return
        const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
        parts.push({ name, filename: file, contentType: mimeType, bytes })
      })
    }
    busboy.on('file', take)
    busboy.on('partsLimit', () => reject(tooLarge(`the form has more than ${limits.maxParts} parts`)))
    busboy.on('finish', () => resolve())
    busboy.on('error', (thrown: unknown) => reject(broken(toError(thrown))))
  })
  // Both promises are heard whichever ends first.
  await Promise.all([ended, feed(busboy, raw, ended)])
  return parts
}

function openBusboy(contentType: string, limits: FormLimits): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      isPartAFile: () => true,
      limits: { parts: limits.maxParts, headerPairs: 20, headerSize: 16384 },
    })
  } catch (thrown) {
    throw broken(toError(thrown))
  }
}

async function feed(busboy: BusboyInstance, raw: Uint8Array, ended: Promise<void>): Promise<void> {
  let over = false
  const stop = (): void => {
    over = true
  }
  ended.then(stop, stop)
  for (let at = 0; at < raw.byteLength && !over; at += sliceBytes) {
    const slice = raw.subarray(at, at + sliceBytes)
    busboy.write(Buffer.from(slice.buffer, slice.byteOffset, slice.byteLength))
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (!over) busboy.end()
}

function tooLarge(message: string): ChannelError {
  return new ChannelError('WEBHOOK_TOO_LARGE', message)
}

function broken(cause: Error): InvalidWebhookError {
  return new InvalidWebhookError('$', `no multipart/form-data: ${cause.message}`, { cause })
}
