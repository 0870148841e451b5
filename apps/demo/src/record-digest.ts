import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { fileClaimChecks } from '@headwater/channels'
import type { RegistrySettings } from '@headwater/config'
import { isHeadwaterError } from '@headwater/base'
import type { IHeaders } from 'kafkajs'

/** SHA-256 of the raw mail that a record holds or refers to; `undefined` when it does not hold it whole. */
export type RecordDigest = (topic: string, value: Buffer, headers: IHeaders) => Promise<string | undefined>

/** What it takes to get from a record to the raw mail. */
export interface RecordDigestOptions {
  readonly registry: RegistrySettings
  /** Topic whose records are the raw bytes; all others are Avro. */
  readonly deadLetterTopic: string
  /** Where the intake keeps mails that are too large for a record. */
  readonly claimCheckDir: string
}

/**
 * Counts the digest over the bytes themselves: an event that only repeats the right digest proves nothing. Avro is
 * read by Confluent's registry client for kafkajs, which shares no code with the writer.
 */
export function createRecordDigest(options: RecordDigestOptions): RecordDigest {
  const registry = new SchemaRegistry({ host: options.registry.url ?? '', ...authOf(options.registry) })
  const folder = fileClaimChecks(options.claimCheckDir)

  async function digestOf(uri: string): Promise<string | undefined> {
    const base64 = /^data:[^,]*;base64,/.exec(uri)?.[0]
    if (base64 !== undefined) return sha256(Buffer.from(uri.slice(base64.length), 'base64'))
    try {
      return sha256(await folder.get(uri))
    } catch (thrown) {
      // Gone, damaged, or a reference to somewhere else: in each case the mail is not there.
      if (isHeadwaterError(thrown)) return undefined
      throw thrown
    }
  }

  return async (topic, value, headers) => {
    if (topic !== options.deadLetterTopic) {
      const event = (await registry.decode(value)) as DecodedEvent
      const found = await digestOf(event.payload.raw_claim_check.uri)
      return found === event.payload.raw_sha256 ? found : undefined
    }
    if (!String(headers['content-type']).includes('claim-check')) return sha256(value)
    return await digestOf((JSON.parse(value.toString()) as { readonly uri: string }).uri)
  }
}

/** The fields of an event that lead to its raw mail. */
interface DecodedEvent {
  readonly payload: {
    readonly raw_sha256: string
    readonly raw_claim_check: { readonly uri: string }
  }
}

function authOf({ username, password }: RegistrySettings): object {
  return username === undefined || password === undefined ? {} : { auth: { username, password } }
}

function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex')
}
