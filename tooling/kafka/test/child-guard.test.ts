import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { resolve } from 'node:path'
import { describe, expect, it, vi } from 'vitest'

const guardModule = resolve(import.meta.dirname, '../src/child-guard.ts')
/** A program with two guarded children, one of them stopped, and a folder; it says which, and then `ending`. */
const program = (ending: string): string => `
  import { spawn } from 'node:child_process'
  import { mkdtempSync, writeFileSync } from 'node:fs'
  import { tmpdir } from 'node:os'
  import { join } from 'node:path'
  import { ChildGuard } from ${JSON.stringify(guardModule)}
  const folder = mkdtempSync(join(tmpdir(), 'headwater-guard-test-'))
  writeFileSync(join(folder, 'data'), 'x')
  const guard = new ChildGuard(folder)
  const children = [1, 2].map(() => spawn('sleep', ['60'], { stdio: 'ignore', detached: true }))
  for (const child of children) guard.watch(child)
  children[1].kill('SIGSTOP')
  console.log(JSON.stringify({ folder, pids: children.map((child) => child.pid) }))
  ${ending}
`

interface Started {
  readonly child: ChildProcess
  readonly folder: string
  readonly pids: readonly number[]
}

async function start(ending: string): Promise<Started> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(ending)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, ...(JSON.parse(line) as { folder: string; pids: number[] }) }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    // ESRCH: there is no such process any more.
    return false
  }
}

const untilGone = ({ folder, pids }: Started): Promise<void> =>
  vi.waitFor(() => expect([existsSync(folder), ...pids.map(isAlive)]).toEqual([false, false, false]), {
    timeout: 10_000,
    interval: 20,
  })

describe('ChildGuard', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    'leaves no child and no folder behind after %s',
    async (signal) => {
      const started = await start('setInterval(() => {}, 1000)')
      expect(started.pids.map(isAlive)).toEqual([true, true])
      started.child.kill(signal)
      await untilGone(started)
    },
  )

  it.each([
    ['process.exit()', 'process.exit(3)'],
    ['an exception', 'throw new Error("on purpose, to see the children die")'],
    ['close()', 'await guard.close()'],
  ])('leaves no child and no folder behind after %s', async (_name, ending) => {
    await untilGone(await start(ending))
  })
})
