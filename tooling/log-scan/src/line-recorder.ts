import { mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Of one process; what comes after is not kept. */
const maxBytes = 8_388_608
/** Of one place or text: the thousandth line of it shows what the first ones showed. */
const maxRepeats = 200

/**
 * Writes lines to a file of its process in `folder`, at once: what a killed process logged is kept, too. The file comes
 * with the first line.
 */
export class LineRecorder {
  readonly #folder: string
  readonly #repeats = new Map<string, number>()
  #file: number | undefined
  #bytes = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Whether one more line of this place or text would be kept. */
  wants(kind: string): boolean {
    return this.#bytes < maxBytes && (this.#repeats.get(kind) ?? 0) < maxRepeats
  }

  /** Keeps one line without its end, cut where it is longer than a log line should ever be. */
  add(kind: string, line: string): void {
    if (!this.wants(kind)) return
    this.#repeats.set(kind, (this.#repeats.get(kind) ?? 0) + 1)
    const text = line.slice(0, 65_536)
    this.#bytes += text.length
    writeSync((this.#file ??= this.#open()), `${text}\n`)
  }

  #open(): number {
    mkdirSync(this.#folder, { recursive: true })
    return openSync(join(this.#folder, `${process.pid}.jsonl`), 'a')
  }
}
