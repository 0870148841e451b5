import { setTimeout as wait } from 'node:timers/promises'
import type { Mail } from './mail.ts'
import { MailPoster } from './mail-poster.ts'
import { sendMail } from './send-mail.ts'

/** Between two mails: enough to see something, and little for hours. */
const everyMs = 100
/** Mails on their way at once; while nothing is answered no more are posted. */
const maxUnderWay = 32
/** As many senders, each of them a key. */
const senders = 12

/** Posts small mails, ten a second, until the signal ends it. Resolves when none is on its way. */
export async function keepFlowing(intakeUrl: string, signal: AbortSignal): Promise<void> {
  const poster = new MailPoster(intakeUrl, maxUnderWay)
  const underWay = new Set<Promise<unknown>>()
  const context = { poster, tick: () => 0, signal }
  for (let number = 1; !signal.aborted; number++) {
    if (underWay.size < maxUnderWay) {
      // It rejects only when the signal ends it, which is the end of the flow.
      const sent = sendMail(smallMail(number), context).catch(() => undefined)
      underWay.add(sent)
      void sent.then(() => underWay.delete(sent))
    }
    await wait(everyMs, undefined, { signal }).catch(() => undefined)
  }
  poster.close()
  await Promise.all(underWay)
}

function smallMail(number: number): Mail {
  const sender = `visitor-${number % senders}@example.com`
  const lines = [
    `From: ${sender}`,
    'To: support@example.org',
    `Subject: Question ${number}`,
    // A process that runs again sends other mails.
    `Message-ID: <flow.${process.pid}.${number}@mail.example.com>`,
    '',
    'Where is my order?',
    '',
  ]
  const bytes = Buffer.from(lines.join('\r\n'))
  return { number, sender, envelopeFrom: sender, envelopeTo: 'support@example.org', bytes: () => bytes }
}
