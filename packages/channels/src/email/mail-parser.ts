import { Worker } from 'node:worker_threads'
import { systemClock, toError, type Clock, type Timer } from '@headwater/base'
import { ChannelError } from '../channel-error.ts'
import { isSmallMail } from './is-small-mail.ts'
import { parseEmail, type ParsedEmail, type ParseLimits, type UnreadableEmail } from './parse-email.ts'
import type { ParseJob } from './parse-worker.ts'

/** Reads mails without holding up everything else: small ones at once, large ones in a thread of their own. */
export interface MailParser extends AsyncDisposable {
  /**
   * Reads a mail.
   *
   * @throws ChannelError `PARSER_UNAVAILABLE` (as a rejection, retriable): too many wait, or the parser is closed
   */
  parse(raw: Uint8Array, limits?: ParseLimits): Promise<ParsedEmail | UnreadableEmail>
  /** Ends the threads; mails that are being read, or wait, reject. A second call is the same promise. */
  close(): Promise<void>
}

/** Options of {@link createMailParser}. */
export interface MailParserOptions {
  /**
   * Bytes up to which a mail is read on the calling thread: 128 KiB take about 10 ms, and handing over costs more than
   * small mails do. Mails of more than 4,096 lines, or 32 KiB of header, never are.
   *
   * @defaultValue 131072
   */
  readonly inlineBytes?: number | undefined
  /** Threads at most; each starts when there is work for it. @defaultValue 1 */
  readonly maxWorkers?: number | undefined
  /** How many mails may wait for a thread. @defaultValue 16 */
  readonly maxWaiting?: number | undefined
  /** Milliseconds that reading one mail may take in a thread; after that it counts as unreadable. @defaultValue 30000 */
  readonly deadlineMs?: number | undefined
  /** MiB of heap that a thread may fill; a mail that needs more counts as unreadable. @defaultValue 512 */
  readonly maxHeapMb?: number | undefined
  /** Default: the system's clock. */
  readonly clock?: Clock | undefined
}

type Settings = {
  readonly [Name in Exclude<keyof MailParserOptions, 'clock'>]-?: NonNullable<MailParserOptions[Name]>
}

const defaults = {
  inlineBytes: 131072,
  maxWorkers: 1,
  maxWaiting: 16,
  deadlineMs: 30_000,
  maxHeapMb: 512,
} satisfies Settings

/**
 * Makes a parser. No thread starts before the first large mail, and none keeps a process alive while it has nothing to
 * do.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`
 */
export function createMailParser(options: MailParserOptions = {}): MailParser {
  const given = Object.entries(options).filter(([name, value]) => name in defaults && value !== undefined)
  const settings: Settings = { ...defaults, ...Object.fromEntries(given) }
  for (const [name, value] of Object.entries(settings)) {
    const least = name === 'inlineBytes' || name === 'maxWaiting' ? 0 : 1
    if (Number.isInteger(value) && value >= least) continue
    throw new ChannelError('INVALID_CHANNEL_OPTION', `${name} is not an integer of ${least} or more`)
  }
  return new ThreadedParser(settings, options.clock ?? systemClock)
}

interface Waiting {
  readonly raw: Uint8Array
  readonly limits: ParseLimits
  readonly settle: (end: ParsedEmail | UnreadableEmail | ChannelError) => void
}

interface Thread {
  readonly worker: Worker
  job: Waiting | undefined
  deadline: Timer | undefined
}

class ThreadedParser implements MailParser {
  readonly #settings: Settings
  readonly #clock: Clock
  readonly #threads = new Set<Thread>()
  readonly #waiting: Waiting[] = []
  /** Told to end, and not gone yet. */
  readonly #ending = new Set<Worker>()
  #closed: Promise<void> | undefined

  constructor(settings: Settings, clock: Clock) {
    this.#settings = settings
    this.#clock = clock
  }

  async parse(raw: Uint8Array, limits: ParseLimits = {}): Promise<ParsedEmail | UnreadableEmail> {
    if (this.#closed !== undefined) throw unavailable('the parser is closed')
    if (isSmallMail(raw, this.#settings.inlineBytes)) return await parseEmail(raw, limits)
    const idle = [...this.#threads].find((each) => each.job === undefined)
    const mayStart = this.#threads.size < this.#settings.maxWorkers
    if (idle === undefined && !mayStart && this.#waiting.length >= this.#settings.maxWaiting) {
      throw unavailable(`${this.#waiting.length} large mails wait to be read`)
    }
    const { maxNestingDepth, maxHeaderBytes } = limits
    return await new Promise((resolve, reject) => {
      const settle: Waiting['settle'] = (end) => (end instanceof ChannelError ? reject(end) : resolve(end))
      const job: Waiting = { raw, limits: { maxNestingDepth, maxHeaderBytes }, settle }
      if (idle === undefined && !mayStart) this.#waiting.push(job)
      else this.#run(idle ?? this.#start(), job)
    })
  }

  #start(): Thread {
    // The sources run as they are; what is published is compiled.
    const fromSource = import.meta.url.endsWith('.ts')
    const worker = new Worker(
      new URL(fromSource ? './parse-worker.ts' : './parse-worker.js', import.meta.url),
      {
        name: 'mail-parser',
        resourceLimits: { maxOldGenerationSizeMb: this.#settings.maxHeapMb },
        execArgv: fromSource && !stripsTypes ? ['--experimental-strip-types'] : [],
      },
    )
    const thread: Thread = { worker, job: undefined, deadline: undefined }
    this.#threads.add(thread)
    worker.unref()
    worker.on('message', (mail: ParsedEmail | UnreadableEmail) => this.#finish(thread, mail))
    worker.on('error', (thrown: unknown) => this.#lose(thread, toError(thrown)))
    worker.on('exit', (code) => this.#lose(thread, new Error(`the thread ended with exit code ${code}`)))
    return thread
  }

  #run(thread: Thread, job: Waiting): void {
    const { deadlineMs } = this.#settings
    thread.job = job
    thread.worker.ref()
    thread.deadline = this.#clock.schedule(deadlineMs, () => {
      this.#drop(thread, overLimit(`reading it took longer than ${deadlineMs} ms`))
    })
    // In a buffer of its own: a view would take all that lies around it along.
    const raw = new Uint8Array(job.raw)
    thread.worker.postMessage({ raw, limits: job.limits } satisfies ParseJob, [raw.buffer])
  }

  #finish(thread: Thread, end: ParsedEmail | UnreadableEmail | ChannelError): void {
    const { job } = thread
    thread.deadline?.cancel()
    thread.job = undefined
    thread.worker.unref()
    job?.settle(end)
    const next = this.#threads.has(thread) ? this.#waiting.shift() : undefined
    if (next !== undefined) this.#run(thread, next)
  }

  /** A thread that ended by itself. */
  #lose(thread: Thread, cause: Error): void {
    if (!this.#threads.has(thread)) return
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
      this.#drop(thread, overLimit('reading it took more memory than maxHeapMb', cause))
    } else {
      // Not the mail's doing: parseEmail throws nothing. Another thread may do better.
      this.#drop(thread, unavailable(`the thread that read it failed: ${cause.message}`, cause))
    }
  }

  #drop(thread: Thread, end: UnreadableEmail | ChannelError): void {
    this.#threads.delete(thread)
    this.#finish(thread, end)
    // Whether it ends with or without an error, nobody waits for it any more; close() does.
    this.#ending.add(thread.worker)
    void thread.worker.terminate().then(() => this.#ending.delete(thread.worker))
    const next = this.#closed === undefined ? this.#waiting.shift() : undefined
    if (next !== undefined) this.#run(this.#start(), next)
  }

  close(): Promise<void> {
    this.#closed ??= this.#end()
    return this.#closed
  }

  async #end(): Promise<void> {
    const closed = unavailable('the parser was closed')
    for (const { settle } of this.#waiting.splice(0)) settle(closed)
    for (const thread of this.#threads) {
      this.#threads.delete(thread)
      this.#finish(thread, closed)
      this.#ending.add(thread.worker)
    }
    await Promise.all([...this.#ending].map(async (worker) => await worker.terminate()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** Node 22.18 and later need no flag. */
const stripsTypes = process.features.typescript !== false && process.features.typescript !== undefined

function unavailable(why: string, cause?: Error): ChannelError {
  const message = `${why}: have the mail delivered again`
  return new ChannelError('PARSER_UNAVAILABLE', message, { cause, retriable: true })
}

function overLimit(message: string, cause?: Error): UnreadableEmail {
  return { kind: 'unreadable', reason: 'OVER_LIMIT', message, cause }
}
