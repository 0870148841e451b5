import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

const folder = mkdtempSync(join(tmpdir(), 'claim-checks-'))
after(() => rmSync(folder, { recursive: true }))

/** What the service needs in its environment beside Kafka and the registry: a key, and room for raw mails. */
export const variables = { EMAIL_API_KEYS: 'a-key-of-the-tests', INTAKE_CLAIM_CHECK_DIR: folder }
