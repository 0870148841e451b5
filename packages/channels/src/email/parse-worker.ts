import { parentPort } from 'node:worker_threads'
import { JoinedParts } from './joined-parts.ts'
import { parseEmail, type ParsedEmail, type ParseLimits, type UnreadableEmail } from './parse-email.ts'

/** A mail to read, its bytes in a buffer of their own. */
export interface ParseJob {
  readonly raw: Uint8Array
  readonly limits: ParseLimits
}

// The parser takes the global one.
Object.defineProperty(globalThis, 'Blob', { value: JoinedParts })

parentPort?.on('message', ({ raw, limits }: ParseJob) => {
  // parseEmail never rejects; if posting does not work the thread ends with that error, and its owner hears it.
  void parseEmail(raw, limits).then((mail) => {
    const { answer, transfer } = toAnswer(mail)
    parentPort?.postMessage(answer, transfer)
  })
})

/** Bytes are handed over, not copied; views are copied once first, for handing over a view takes all of its buffer. */
function toAnswer(mail: ParsedEmail | UnreadableEmail): {
  readonly answer: ParsedEmail | UnreadableEmail
  readonly transfer: ArrayBuffer[]
} {
  if (mail.kind === 'unreadable') return { answer: mail, transfer: [] }
  const attachments = mail.attachments.map((each) => ({ ...each, bytes: new Uint8Array(each.bytes) }))
  const body = new Uint8Array(mail.body)
  const transfer = [body.buffer, ...attachments.map((each) => each.bytes.buffer)]
  return { answer: { ...mail, attachments, body }, transfer }
}
