import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { s3ClaimChecks } from '@headwater/channels'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  canStartS3Server,
  describeClaimChecks,
  startS3Server,
  type S3Server,
  type StoreUnderTest,
} from '../src/index.ts'

const here = await canStartS3Server()

// Without a real server there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(!here)('s3ClaimChecks on a real server', () => {
  let server: S3Server
  let underTest: StoreUnderTest

  beforeAll(async () => {
    server = await startS3Server()
    underTest = {
      store: s3ClaimChecks({ ...server, prefix: 'raw mails/' }),
      other: s3ClaimChecks({ ...server, prefix: 'raw mails/', credentials: async () => server.credentials }),
      spoil: (sha256) =>
        writeFile(join(server.bucketFolder, 'raw mails', sha256.slice(0, 2), sha256), 'wrong'),
    }
  }, 300_000)
  afterAll(() => server.close())

  describeClaimChecks(() => underTest)

  it.each([
    [
      'a secret that is not the server’s',
      { credentials: { accessKeyId: 'headwater-test', secretAccessKey: 'x' } },
    ],
    ['a bucket that is not there', { bucket: 'no-such-bucket' }],
  ])('fails for good with %s', async (_, wrong) => {
    const store = s3ClaimChecks({ ...server, ...wrong, retries: 0 })
    const ends = await Promise.allSettled([
      store.put(Buffer.from('x'), { contentType: 'text/plain' }),
      store.get(`claim-check:${'0'.repeat(64)}`),
    ])
    const refused = { status: 'rejected', reason: { code: 'CLAIM_CHECK_FAILED', retriable: false } }
    expect(ends).toMatchObject([refused, refused])
  })
})
