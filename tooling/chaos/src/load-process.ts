import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { LoadNews, LoadOrder, LoadSummary } from './load-order.ts'

const program = join(import.meta.dirname, 'load-main.ts')
const openTimeoutMs = 60_000
/** A client whose figures are told has so long to close. */
const closeTimeoutMs = 30_000

/** The process of one contender under one load. */
export class LoadProcess {
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  readonly #news: Partial<{ [Kind in LoadNews['kind']]: Extract<LoadNews, { kind: Kind }> }> = {}
  readonly #waiting = new Set<() => void>()
  #said = ''
  #hasExited = false

  constructor(order: LoadOrder) {
    this.#child = fork(program, [JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--disable-warning=TimeoutNegativeWarning', '--disable-warning=ExperimentalWarning'],
    })
    this.#exited = once(this.#child, 'close')
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#said = (this.#said + text).slice(-4000)
      })
    }
    this.#child.on('message', (news: LoadNews) => {
      Object.assign(this.#news, { [news.kind]: news })
      this.#wake()
    })
    this.#child.once('close', () => {
      this.#hasExited = true
      this.#wake()
    })
  }

  /**
   * Resolves when the contender is connected and waits to be told to begin.
   *
   * @throws Error with what the process said, when it ended or took too long
   */
  async ready(): Promise<Extract<LoadNews, { kind: 'ready' }>> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), openTimeoutMs)
    const news = await this.#until('ready')
    clearTimeout(timer)
    if (news === undefined) throw new Error(`The client could not be opened. It said:\n${this.#said.trim()}`)
    return news
  }

  /** Begins the load. */
  go(): void {
    this.#child.send('go')
  }

  /** Resolves when everything is sent, or the process has ended. */
  async issued(): Promise<void> {
    await this.#until('issued')
  }

  /** Resolves with the figures when everything is settled, or with what the process said when it ended before that. */
  async done(): Promise<LoadSummary | { readonly crashed: string }> {
    const news = await this.#until('done')
    if (news === undefined) return { crashed: this.#said.trim() }
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), closeTimeoutMs)
    await this.#exited
    clearTimeout(timer)
    return news
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  async #until<Kind extends LoadNews['kind']>(
    kind: Kind,
  ): Promise<Extract<LoadNews, { kind: Kind }> | undefined> {
    while (this.#news[kind] === undefined && !this.#hasExited) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
    return this.#news[kind] as Extract<LoadNews, { kind: Kind }> | undefined
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}
