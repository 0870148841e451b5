import { Buffer } from 'node:buffer'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { emailChannel } from '../src/index.ts'
import { envelope, json } from './email-setup.ts'
import { findCorpora } from './mail-corpora.ts'
import { MemoryClaimChecks } from './memory-claim-checks.ts'
import { MemoryProducer } from './memory-producer.ts'

interface Summary {
  readonly subject: string | null
  readonly from: string | null
  readonly attachments: number
}

/** Where we say something else than Python's email package, what we say, and why. */
const differences: Readonly<Record<string, { readonly ours: Partial<Summary>; readonly why: string }>> = {
  'msg_14.txt': {
    ours: { attachments: 1 },
    why: 'a type without a subtype is unknown to us, text to Python',
  },
  'msg_15.txt': {
    ours: { attachments: 1 },
    why: 'one boundary on two levels: we find the file behind the inner end',
  },
  'msg_16.txt': {
    ours: { attachments: 2 },
    why: 'a delivery report and the mail that it is about are two files',
  },
  'msg_36.txt': {
    ours: { attachments: 2 },
    why: 'Python looks into message/external-body, which has no body',
  },
  'msg_39.txt': {
    ours: { attachments: 6 },
    why: 'one boundary on three levels: we find all files between them',
  },
  'msg_43.txt': { ours: { attachments: 2 }, why: 'a delivery report is a file' },
}

/** No mails: Python makes an empty one of anything. */
const unreadable: Readonly<Record<string, string>> = { 'msg_19.txt': 'NO_HEADER' }

const mails = findCorpora()
const script = fileURLToPath(new URL('read-mails.py', import.meta.url))
const python = spawnSync('python3', [script], { input: mails.map((each) => each.path).join('\n') })
const missing =
  (mails.length === 0 && 'no libpython3.x-testsuite and no spamassassin on this computer, nor in .cache') ||
  (python.status !== 0 &&
    `python3 could not read the mails: ${python.error?.message ?? String(python.stderr)}`)
if (missing !== false) console.warn(`skipped: mails that others collected, because ${missing}`)

// The mails are in Debian packages, which `.ci/run` unpacks; elsewhere they may be missing.
describe.skipIf(missing !== false)('emailChannel on mails that others collected', () => {
  const claimCheck = new MemoryClaimChecks()
  const channel = emailChannel({ producer: new MemoryProducer(), claimCheck, codec: json })
  const said = String(python.stdout)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Summary)
  const ids = new Map<string, string>()

  it.each(mails)('says of $name what Python says, or why not', async ({ name, path }) => {
    const raw = readFileSync(path)
    const mail = await channel.normalise(raw, envelope)
    if (mail.kind === 'unreadable') return expect(mail.reason).toBe(unreadable[name])
    const [event] = mail.events
    const payload = event?.message.payload
    const ours = {
      subject: tidy(payload?.subject),
      from: payload?.from_email ?? null,
      attachments: payload?.attachments.length,
    }
    const theirs = said[mails.findIndex((each) => each.name === name)]
    expect(ours).toEqual({ ...theirs, ...differences[name]?.ours })
    const kept = await claimCheck.get(payload?.raw_claim_check.uri ?? '')
    expect(Buffer.compare(kept, raw)).toBe(0)
    ids.set(name, event?.messageId ?? '')
  })

  it('gives each of them an id of its own, but for one mail that is there with four headers', () => {
    const names = Map.groupBy(ids.keys(), (name) => ids.get(name))
    const shared = [...names.values()].filter((each) => each.length > 1)
    expect(shared.filter((each) => each.join() !== 'msg_01.txt,msg_03.txt,msg_20.txt,msg_29.txt')).toEqual([])
  })

  it('differs in all that it lists', () => {
    const known = new Set(mails.map((each) => each.name))
    const listed = Object.keys(differences).filter((name) => known.has(name))
    for (const name of listed) {
      const theirs = said[mails.findIndex((each) => each.name === name)]
      expect({ name, ...theirs }).not.toMatchObject({ name, ...differences[name]?.ours })
    }
  })
})

function tidy(text: string | null | undefined): string | null {
  return text?.replace(/\s+/g, ' ').trim() || null
}
