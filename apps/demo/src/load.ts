import type { Send } from './delivery-ledger.ts'
import type { Mail } from './mail.ts'
import { MailPoster } from './mail-poster.ts'
import { sendMail } from './send-mail.ts'

/** How a load is run. */
export interface LoadOptions {
  readonly intakeUrl: string
  /** As many mails as are on their way at once. */
  readonly concurrency: number
  /** Ends the run in the middle. */
  readonly signal: AbortSignal
  /** Hears of every mail that has ended. What it returns is awaited before its place is given to another mail. */
  readonly onEnd: (send: Send) => Promise<void> | void
}

/** What a load did. */
export interface LoadResult {
  readonly sends: readonly Send[]
  /** From the first post to the last answer. */
  readonly elapsedMs: number
}

/** Sends all mails, many at once, those of one sender one after the other. */
export async function runLoad(mails: readonly Mail[], options: LoadOptions): Promise<LoadResult> {
  const poster = new MailPoster(options.intakeUrl, options.concurrency)
  let ticks = 0
  const context = { poster, tick: () => ++ticks, signal: options.signal }
  const sends: Send[] = []
  const waiting = [...Map.groupBy(mails, ({ sender }) => sender).values()].map((queue) => queue.values())
  const startMs = performance.now()
  const work = async (): Promise<void> => {
    for (let queue = waiting.shift(); queue !== undefined; queue = waiting.shift()) {
      const { value: mail, done } = queue.next()
      if (done) continue
      const send = await sendMail(mail, context)
      sends.push(send)
      await options.onEnd(send)
      // Behind all others: every sender has its turn.
      waiting.push(queue)
    }
  }
  try {
    await Promise.all(Array.from({ length: options.concurrency }, work))
  } finally {
    poster.close()
  }
  return { sends, elapsedMs: performance.now() - startMs }
}
