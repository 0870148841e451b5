import type { ParsedAttachment } from './parse-email.ts'

/** What providers tell of an attachment. */
interface ProviderAttachment {
  readonly filename: string | null | undefined
  readonly contentType: string | null | undefined
  readonly contentId: string | null | undefined
  readonly bytes: Uint8Array
}

/**
 * An attachment that a provider took out of a mail. None of them says how it was disposed of: what has a Content-ID is
 * nearly always shown inside the HTML, all else hangs on the mail.
 */
export function toAttachment({
  filename,
  contentType,
  contentId,
  bytes,
}: ProviderAttachment): ParsedAttachment {
  const id = contentId?.trim().replace(/^<(.*)>$/, '$1') || null
  return {
    filename: filename?.toWellFormed() || null,
    contentType: contentType?.split(';', 1)[0]?.trim().toLowerCase() || 'application/octet-stream',
    disposition: id === null ? 'attachment' : 'inline',
    contentId: id?.toWellFormed() ?? null,
    bytes,
  }
}
