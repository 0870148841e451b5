import { repairWindows1252 } from './windows-1252.ts'

/** Text in a charset that somebody names; UTF-8 where the name is unknown. Never throws: damage becomes U+FFFD. */
export function decodeCharset(bytes: Uint8Array, charset: string | undefined): string {
  const label = charset?.trim().toLowerCase() ?? 'utf-8'
  if (/^(?:utf-?8|us-ascii|ascii)$/.test(label)) return utf8.decode(bytes)
  const decoder = decoderOf(label)
  return decoder === undefined ? utf8.decode(bytes) : repairWindows1252(decoder.decode(bytes))
}

const utf8 = new TextDecoder('utf-8')

function decoderOf(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label)
  } catch {
    return undefined
  }
}
