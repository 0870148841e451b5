import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileClaimChecks } from '@headwater/channels'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeClaimChecks, type StoreUnderTest } from '../src/index.ts'

describe('fileClaimChecks', () => {
  let folder: string
  let underTest: StoreUnderTest

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-claims-'))
    underTest = {
      store: fileClaimChecks(folder),
      other: fileClaimChecks(folder),
      spoil: (sha256) => writeFile(join(folder, sha256.slice(0, 2), sha256), 'wrong'),
    }
  })
  afterAll(() => rm(folder, { recursive: true }))

  describeClaimChecks(() => underTest)
})
