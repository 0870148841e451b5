import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from '../src/spool/folder-lock.ts'

describe('lockFolder', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'headwater-lock-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const heldBy = (holder: unknown): void => writeFileSync(join(folder, 'lock'), JSON.stringify(holder))
  const locked: unknown = expect.objectContaining({ code: 'SPOOL_LOCKED' })

  it('lets one in at a time, also of one process, and the next when it is given back', () => {
    const unlock = lockFolder(folder)
    expect(() => lockFolder(folder)).toThrow(locked)
    unlock()
    expect(readdirSync(folder)).toEqual([])
    lockFolder(folder)()
  })

  it('takes the lock of a dead process over', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    heldBy({ pid: child.pid, host: hostname(), began: undefined, token: 'x' })
    const unlock = lockFolder(folder)
    expect(readdirSync(folder)).toEqual(['lock'])
    unlock()
  })

  it('respects a living process, and knows it from a later one with the same number', () => {
    heldBy({ pid: process.ppid, host: hostname(), token: 'x' })
    expect(() => lockFolder(folder)).toThrow(locked)
    heldBy({ pid: process.ppid, host: hostname(), began: 'another boot/1', token: 'x' })
    const take = (): void => lockFolder(folder)()
    if (process.platform === 'linux') take()
    else expect(take).toThrow(locked)
  })

  // In a container every process may have the number 1.
  it('takes over what an earlier process with its own number left', () => {
    heldBy({ pid: process.pid, host: hostname(), token: 'of an earlier life' })
    lockFolder(folder)()
  })

  it('does not judge processes of another computer, and says what to do', () => {
    heldBy({ pid: 1, host: 'elsewhere.example.org', token: 'x' })
    expect(() => lockFolder(folder)).toThrow(/process 1 on elsewhere\.example\.org.*remove .*lock/)
  })

  it('takes over what is no lock at all', () => {
    writeFileSync(join(folder, 'lock'), '')
    lockFolder(folder)()
  })

  it('gives back only its own lock', () => {
    const unlock = lockFolder(folder)
    heldBy({ pid: 1, host: 'elsewhere.example.org', token: 'x' })
    unlock()
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toContain('elsewhere')
  })
})
