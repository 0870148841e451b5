import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/**
 * Reads lists of pids, one list a line, and at the end of its input, which is the end of this process however it
 * came, kills the processes of the last list and removes the folder. SIGKILL takes stopped processes too. Ctrl-C in
 * a terminal reaches every process of the group, so the shell ignores it: it has work left.
 */
const script = `trap '' INT TERM HUP
pids=
while read -r line; do pids=$line; done
[ -z "$pids" ] || kill -9 $pids 2>/dev/null
i=0
while ! rm -rf "$0" 2>/dev/null && [ $i -lt 50 ]; do i=$((i+1)); sleep 0.1; done`

/**
 * Sees to it that child processes and their folder do not outlive this process, even if it is killed with SIGKILL,
 * where no handler runs. It installs no signal handler, so this process ends as it always did.
 */
export class ChildGuard {
  readonly #shell: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #pids = new Set<number>()

  /** @param folder - the folder to remove at the end. */
  constructor(folder: string) {
    this.#shell = spawn('sh', ['-c', script, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
    this.#ended = once(this.#shell, 'exit')
    // When the shell cannot start or is killed by somebody, children are still ended by close().
    this.#ended.catch(() => undefined)
    this.#shell.stdin?.on('error', () => undefined)
  }

  /** Guards a child until it exits. */
  watch(child: ChildProcess): void {
    const { pid } = child
    if (pid === undefined) return
    this.#pids.add(pid)
    this.#tell()
    child.once('exit', () => {
      // A pid that is free again may soon be somebody else's.
      this.#pids.delete(pid)
      this.#tell()
    })
  }

  /** Ends the guard: kills what still lives, removes the folder. */
  async close(): Promise<void> {
    this.#shell.stdin?.end()
    await this.#ended.catch(() => undefined)
  }

  #tell(): void {
    if (this.#shell.stdin?.writable) this.#shell.stdin.write(`${[...this.#pids].join(' ')}\n`)
  }
}
