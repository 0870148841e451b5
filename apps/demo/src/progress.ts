/** Where progress is shown. */
export interface ProgressTarget {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write(text: string): unknown
}

/** Between two lines: short on a terminal, where they replace each other; else as often as a log should grow. */
const everyMs = { terminal: 100, log: 1000 } as const

/** Shows how far the run is: one line that changes on a terminal, else a line a second. */
export class Progress {
  readonly #target: ProgressTarget
  readonly #nowMs: () => number
  #phase = ''
  #shownAtMs = Number.NEGATIVE_INFINITY

  constructor(target: ProgressTarget, nowMs: () => number = () => performance.now()) {
    this.#target = target
    this.#nowMs = nowMs
  }

  /** @param phase - the first of a new phase is shown at once. */
  show(phase: string, detail = ''): void {
    const nowMs = this.#nowMs()
    const { isTTY = false } = this.#target
    // Some terminals say that they have 0 columns.
    const columns = this.#target.columns || 80
    if (phase === this.#phase && nowMs - this.#shownAtMs < (isTTY ? everyMs.terminal : everyMs.log)) return
    this.#phase = phase
    this.#shownAtMs = nowMs
    const line = detail === '' ? phase : `${phase} ${detail}`
    // A line that wraps could not be replaced.
    this.#target.write(isTTY ? `\r\u001b[2K${line.slice(0, columns - 1)}` : `${line}\n`)
  }

  /** Leaves a terminal's line as it was before. */
  end(): void {
    if (this.#target.isTTY === true) this.#target.write('\r\u001b[2K')
  }
}
