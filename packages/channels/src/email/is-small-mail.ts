const lf = 0x0a
const cr = 0x0d

/** 128 KiB in lines of usual length are 1,700; so many take three times as long as those, all in one line each 75 times. */
const maxLines = 4096
/** Addresses in a header cost more than text does; with all that relays add, headers stay far below. */
const maxHeaderBytes = 32_768

/**
 * Whether reading a mail takes but a moment. Bytes alone do not tell: the parser's work is by the line, and by the
 * address.
 */
export function isSmallMail(raw: Uint8Array, maxBytes: number): boolean {
  if (raw.byteLength > maxBytes) return false
  // As toMailBytes has it: CR alone ends lines only where nothing else does, and what stands before the header is none.
  const lineEnd = raw.includes(lf) ? lf : cr
  let at = raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf ? 3 : 0
  let lines = 0
  let isBlank = true
  let headerStart: number | undefined
  let headerEnd: number | undefined
  for (; at < raw.byteLength; at += 1) {
    const byte = raw[at]
    if (byte === lineEnd) {
      lines += 1
      if (lines > maxLines) return false
      if (isBlank && headerStart !== undefined) headerEnd ??= at
      isBlank = true
    } else if (byte !== cr) {
      headerStart ??= at
      isBlank = false
    }
  }
  return (headerEnd ?? raw.byteLength) - (headerStart ?? 0) <= maxHeaderBytes
}
