import { closeSync, createReadStream, openSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** How a send ended, in one character: what files and verifier call it. */
export const outcomeMarks = {
  acknowledged: 'a',
  /** Refused for good, and said not to be in the log. */
  rejected: 'r',
  /** Never written to a socket, and so said not to be in the log. */
  'not-sent': 'n',
  unknown: 'u',
  /** A plain error: the record may be in the log or not. */
  error: 'e',
  /** The promise was still pending long after every deadline. */
  'never-settled': 'p',
} as const

/** How a send ended. */
export type SendOutcome = keyof typeof outcomeMarks

/** What became of one send. */
export interface OutcomeLine {
  /** The key is `k` and this number. */
  readonly key: number
  /** The records of a key are numbered in the order of their sends. */
  readonly number: number
  readonly outcome: SendOutcome
  /** Since the epoch. */
  readonly atMs: number
  /** Why it failed, empty otherwise. */
  readonly code: string
}

const outcomesByMark = new Map(
  Object.entries(outcomeMarks).map(([name, mark]) => [mark, name as SendOutcome]),
)

/** Writes outcomes line by line. What was written once survives the death of this process. */
export class OutcomeWriter {
  readonly #file: number
  #text = ''
  #isFlushDue = false

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  write({ key, number, outcome, atMs, code }: OutcomeLine): void {
    // A semicolon at the end, and a new line in front: a line that a kill cut off shows, and spoils no other.
    this.#text += `\n${key} ${number} ${outcomeMarks[outcome]} ${atMs}${code === '' ? '' : ` ${code}`};`
    if (this.#isFlushDue) return
    // Once a turn of the event loop: the system keeps what it was given, even if this process is killed right after.
    this.#isFlushDue = true
    setImmediate(() => this.#flush())
  }

  close(): void {
    this.#flush()
    closeSync(this.#file)
  }

  #flush(): void {
    this.#isFlushDue = false
    if (this.#text !== '') writeSync(this.#file, this.#text)
    this.#text = ''
  }
}

/** Reads what an {@link OutcomeWriter} wrote; what a kill cut off is left out. */
export async function* readOutcomes(path: string): AsyncGenerator<OutcomeLine> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (!line.endsWith(';')) continue
    const [key, number, mark = '', atMs, ...code] = line.slice(0, -1).split(' ')
    const outcome = outcomesByMark.get(mark as never)
    if (outcome === undefined) continue
    yield { key: Number(key), number: Number(number), outcome, atMs: Number(atMs), code: code.join(' ') }
  }
}
