import { encodeRequestHeader, type AnyApi } from '@headwater/protocol'

/** Up to here a request is joined into one buffer: copying this much costs less than another piece to write. */
const joinedBytes = 4096

const sizeBytes = 4
/** After the size prefix, the API's key and the version (int16 each). */
const correlationIdAt = 8

/** Makes the frame of a request: size, header, body. Large pieces of the body are passed on, never copied. */
export type RequestFramer = (
  api: AnyApi,
  version: number,
  correlationId: number,
  body: readonly Uint8Array[],
) => readonly Uint8Array[]

/**
 * Makes a framer for a connection. The headers of two requests of one version differ in the correlation id alone, so
 * each is encoded once.
 */
export function createRequestFramer(clientId: string | null): RequestFramer {
  const heads = new Map<number, Uint8Array>()

  const headOf = (api: AnyApi, version: number): Uint8Array => {
    const key = api.key * 65536 + version
    let head = heads.get(key)
    if (head === undefined) {
      const header = encodeRequestHeader(api, { apiVersion: version, correlationId: 0, clientId })
      head = new Uint8Array(sizeBytes + header.length)
      head.set(header, sizeBytes)
      heads.set(key, head)
    }
    return head
  }

  return (api, version, correlationId, body) => {
    const head = headOf(api, version)
    let size = head.length
    for (const piece of body) size += piece.length
    const joined = size <= joinedBytes
    const frame = Buffer.allocUnsafe(joined ? size : head.length)
    frame.set(head)
    frame.writeInt32BE(size - sizeBytes, 0)
    frame.writeInt32BE(correlationId, correlationIdAt)
    if (!joined) return [frame, ...body]
    let at = head.length
    for (const piece of body) {
      frame.set(piece, at)
      at += piece.length
    }
    return [frame]
  }
}
