/**
 * Runs in a folder into which @headwater/channels was installed, on each Node: so it is plain JavaScript. Large mails are
 * read in a thread, whose code is a file of its own in the package; nothing else would notice that it is missing there.
 */
import assert from 'node:assert/strict'
import { createMailParser } from '@headwater/channels'

const parser = createMailParser({ inlineBytes: 0 })
try {
  const mail = await parser.parse(Buffer.from('Subject: in a thread\r\n\r\nhello\r\n'))
  assert.equal(mail.kind === 'mail' && mail.subject, 'in a thread')
} finally {
  await parser.close()
}
