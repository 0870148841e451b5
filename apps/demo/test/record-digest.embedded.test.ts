import { hash } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { fileClaimChecks, type ClaimCheckRef } from '@headwater/channels'
import { startRegistry, type EmbeddedRegistry } from '@headwater/embedded'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRecordDigest, type RecordDigest } from '../src/record-digest.ts'

const raw = Buffer.from('From: a@example.org\r\n\r\nhello')
const sha256 = hash('sha256', raw, 'hex')
const inline = (bytes: Buffer): string => `data:message/rfc822;base64,${bytes.toString('base64')}`
/** The fields of an event that lead to its raw mail. */
const schema = JSON.stringify({
  type: 'record',
  name: 'Event',
  fields: [
    {
      name: 'payload',
      type: {
        type: 'record',
        name: 'Payload',
        fields: [
          { name: 'raw_sha256', type: 'string' },
          {
            name: 'raw_claim_check',
            type: { type: 'record', name: 'Ref', fields: [{ name: 'uri', type: 'string' }] },
          },
        ],
      },
    },
  ],
})

let registry: EmbeddedRegistry
let folder = ''
let kept: ClaimCheckRef
let digest: RecordDigest
let eventOf: (uri: string, claimed?: string) => Promise<Buffer>

beforeAll(async () => {
  registry = await startRegistry()
  folder = await mkdtemp(join(tmpdir(), 'record-digest-'))
  kept = await fileClaimChecks(folder).put(raw, { contentType: 'message/rfc822' })
  digest = createRecordDigest({
    registry: { url: registry.url },
    deadLetterTopic: 'dead',
    claimCheckDir: folder,
  })
  const csr = new SchemaRegistry({ host: registry.url })
  const { id } = await csr.register({ type: SchemaType.AVRO, schema }, { subject: 'raw-value' })
  eventOf = async (uri, claimed = sha256) =>
    await csr.encode(id, { payload: { raw_sha256: claimed, raw_claim_check: { uri } } })
})
afterAll(async () => {
  await registry.close()
  await rm(folder, { recursive: true })
})

describe('createRecordDigest', () => {
  it('counts over the bytes inside an event, and over those that it refers to', async () => {
    expect(await digest('raw', await eventOf(inline(raw)), {})).toBe(sha256)
    expect(await digest('raw', await eventOf(kept.uri), {})).toBe(sha256)
  })

  it('does not believe an event whose digest is right and whose bytes are not', async () => {
    expect(await digest('raw', await eventOf(inline(Buffer.from('other'))), {})).toBeUndefined()
    expect(await digest('raw', await eventOf(inline(raw), 'other'), {})).toBeUndefined()
    expect(await digest('raw', await eventOf(`claim-check:${'0'.repeat(64)}`), {})).toBeUndefined()
    expect(await digest('raw', await eventOf('https://example.org/mail'), {})).toBeUndefined()
  })

  it('takes a dead letter for the raw mail, or for a reference to it', async () => {
    expect(await digest('dead', raw, { 'content-type': 'message/rfc822' })).toBe(sha256)
    const reference = Buffer.from(JSON.stringify(kept))
    const headers = { 'content-type': 'application/vnd.headwater.claim-check+json' }
    expect(await digest('dead', reference, headers)).toBe(sha256)
  })

  it('notices bytes that were changed in their folder', async () => {
    const [file = ''] = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(sha256))
    await writeFile(join(folder, file), 'changed')
    expect(await digest('raw', await eventOf(kept.uri), {})).toBeUndefined()
  })
})
