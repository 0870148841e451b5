import type { Buffer } from 'node:buffer'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadwaterError } from '@headwater/base'
import type { Mail } from './mail.ts'
import { varyMail } from './vary-mail.ts'

/** Where mails come from, and how many. */
export interface MailSourceOptions {
  /** A folder in which every file is one raw mail. Default: the fixture mails. */
  readonly folder?: string | undefined
  /** How many to send; the files are repeated. @defaultValue 5000, or with a folder each of its files once */
  readonly count?: number | undefined
}

/** The mails of a run. */
export interface MailSource {
  readonly files: number
  readonly mails: readonly Mail[]
}

const fixtureFolder = join(import.meta.dirname, '../fixtures/emails')
const defaultCount = 5000
const envelopeTo = 'support@example.org'

/**
 * The mails to send, in order. Copies of fixtures are varied, each is a mail of its own; files of a folder that
 * somebody names stay as they are, byte for byte.
 *
 * @throws HeadwaterError `NO_MAILS`
 */
export async function openMailSource({ folder, count }: MailSourceOptions): Promise<MailSource> {
  const files = await readFolder(folder ?? fixtureFolder)
  const wanted = count ?? (folder === undefined ? defaultCount : files.length)
  const toMail = folder === undefined ? toVariedMail : toGivenMail
  const mails = Array.from({ length: wanted }, (_, index) => {
    const sample = index % files.length
    // Never undefined: the folder has files.
    return toMail(files[sample] as MailFile, index + 1, sample + 1)
  })
  return { files: files.length, mails }
}

interface MailFile {
  readonly name: string
  readonly bytes: Buffer
}

async function readFolder(folder: string): Promise<readonly MailFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((thrown: unknown) => {
    throw new HeadwaterError('NO_MAILS', `${folder} cannot be read: name a folder of raw mails`, {
      cause: thrown,
    })
  })
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name)
  if (names.length === 0) throw new HeadwaterError('NO_MAILS', `${folder} holds no file: put raw mails there`)
  return await Promise.all(
    names.sort().map(async (name) => ({ name, bytes: await readMail(join(folder, name)) })),
  )
}

async function readMail(path: string): Promise<Buffer> {
  return await readFile(path).catch((thrown: unknown) => {
    throw new HeadwaterError('NO_MAILS', `${path} cannot be read: each file of the folder is a raw mail`, {
      cause: thrown,
    })
  })
}

function toVariedMail({ name, bytes }: MailFile, number: number, sample: number): Mail {
  const vary = (): Buffer =>
    varyMail(bytes, { number, sample, withoutMessageId: name.startsWith('missing-message-id') })
  return toMail(vary, number, sample, vary())
}

function toGivenMail({ bytes }: MailFile, number: number, sample: number): Mail {
  return toMail(() => bytes, number, sample, bytes)
}

/** What a mail server would know: the sender of the header, or, for what has none, one of the file's own. */
function toMail(read: () => Buffer, number: number, sample: number, bytes: Buffer): Mail {
  const start = bytes.toString('latin1', 0, 4096)
  const sender = addressOf(start) ?? `sender-${sample}@example.net`
  const bounced = /^return-path[ \t]*:[ \t]*<>/im.test(start)
  return { number, sender, envelopeFrom: bounced ? '<>' : sender, envelopeTo, bytes: read }
}

/** A guess that is good enough to take turns by; what the key is, the channel decides. */
function addressOf(start: string): string | undefined {
  const field = /^from[ \t]*:([^\r\n]*)/im.exec(start)?.[1] ?? ''
  return /[\w.+-]+@[\w.-]*\w/.exec(field)?.[0].toLowerCase()
}
