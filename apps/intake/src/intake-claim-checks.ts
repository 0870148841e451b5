import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'
import { HeadwaterError } from '@headwater/base'
import { fileClaimChecks, type ClaimCheckStore } from '@headwater/channels'
import type { Config } from '@headwater/config'

/** Bytes up to which a raw mail rides inside its own event where there is a folder for larger ones. */
const inlineBesideFolder = 65536
/** The same where there is none: base64 makes 342 KiB of it, which leaves a record room for the parsed mail. */
const inlineWithoutFolder = 262144

/** Thrown for what is too large for an event while there is no folder for it. */
export const noClaimCheckFolder = 'NO_CLAIM_CHECK_FOLDER'

/**
 * Where the bytes of mails are kept. Small ones go into the event itself, as a `data:` URI (RFC 2397): one
 * acknowledgement of Kafka then covers the mail and its raw bytes, where a file of its own would cost each mail two
 * syncs of a disk. Larger ones go to the configured folder; without a folder they are refused.
 */
export function intakeClaimChecks({
  intake,
  producer,
}: Pick<Config, 'intake' | 'producer'>): ClaimCheckStore {
  const folder = intake.claimCheckDir === undefined ? undefined : fileClaimChecks(intake.claimCheckDir)
  const wanted = folder === undefined ? inlineWithoutFolder : inlineBesideFolder
  const maxInlineBytes = Math.min(wanted, Math.floor(producer.maxRequestSize / 4))
  return {
    async put(bytes, options) {
      if (bytes.byteLength > maxInlineBytes) {
        if (folder !== undefined) return await folder.put(bytes, options)
        const message = `${bytes.byteLength} bytes do not fit into an event: set INTAKE_CLAIM_CHECK_DIR to take such mails`
        throw new HeadwaterError(noClaimCheckFolder, message)
      }
      const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
      return {
        uri: `data:${toUriType(options.contentType)};base64,${base64}`,
        sha256: hash('sha256', bytes, 'hex'),
        size: bytes.byteLength,
      }
    },
    async get(uri) {
      const [, base64] = /^data:[^,]*;base64,(.*)$/.exec(uri) ?? []
      if (base64 !== undefined) return Buffer.from(base64, 'base64')
      if (folder !== undefined) return await folder.get(uri)
      throw new HeadwaterError(noClaimCheckFolder, `${uri} is in a folder: set INTAKE_CLAIM_CHECK_DIR`)
    },
  }
}

/** Senders name the types of what they attach: a comma in one would begin the data, and # end it (RFC 2397). */
function toUriType(contentType: string): string {
  return contentType.toWellFormed().replace(/[^\x20-\x7e]|[#%,]/gu, (each) => encodeURIComponent(each))
}
