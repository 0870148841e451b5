/** A request's header made by hand, for keys and versions that no table describes. */
export function requestHead(request: {
  readonly key: number
  readonly version: number
  readonly flexible: boolean
  readonly correlationId?: number
}): Buffer {
  const head = Buffer.alloc(request.flexible ? 11 : 10)
  head.writeInt16BE(request.key, 0)
  head.writeInt16BE(request.version, 2)
  head.writeInt32BE(request.correlationId ?? 7, 4)
  // No client id; in flexible versions an empty section of tags ends the header.
  head.writeInt16BE(-1, 8)
  return head
}
