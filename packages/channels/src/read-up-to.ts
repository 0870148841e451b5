/**
 * Reads the body of an answer until it is over, or has more bytes than that; what follows is left unread then.
 *
 * @returns what was read, which may be a little more than `maxBytes`, and whether that is all of it
 */
export async function readUpTo(
  { body }: Pick<Response, 'body'>,
  maxBytes: number,
): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body ?? []) {
    parts.push(part)
    size += part.byteLength
    if (size > maxBytes) break
  }
  return { bytes: Buffer.concat(parts), isWhole: size <= maxBytes }
}
