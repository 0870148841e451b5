import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { installFromLockfile } from '../src/install-from-lockfile.ts'

/** A package that depends on a folder of its own, so that npm has something to install and needs no network. */
function packageWithLockfile(): { readonly folder: string; readonly release: (version: string) => void } {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-lockfile-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const write = (path: string, json: object): void => writeFileSync(join(folder, path), JSON.stringify(json))
  const local = { name: 'local', version: '1.0.0' }
  mkdirSync(join(folder, 'local'))
  write('local/package.json', local)
  const release = (version: string): void => {
    const root = { name: 'outside', version, dependencies: { local: 'file:local' } }
    write('package.json', root)
    const packages = { '': root, local, 'node_modules/local': { resolved: 'local', link: true } }
    write('package-lock.json', { name: root.name, version, lockfileVersion: 3, packages })
  }
  release('1.0.0')
  return { folder, release }
}

describe('installFromLockfile', () => {
  it('installs a lockfile once, however many ask, and another one again', async () => {
    const { folder, release } = packageWithLockfile()
    let installs = 0
    const install = (): Promise<void> => installFromLockfile(folder, () => installs++)
    await Promise.all([install(), install()])
    await install()
    expect(installs).toBe(1)
    release('1.0.1')
    await install()
    expect(installs).toBe(2)
  })

  it('says what npm said when it fails, and tries again when it is asked again', async () => {
    const { folder, release } = packageWithLockfile()
    writeFileSync(join(folder, 'package-lock.json'), 'no lockfile')
    await expect(installFromLockfile(folder)).rejects.toThrow(/npm ci in .* ended with/)
    release('1.0.0')
    await installFromLockfile(folder)
  })
})
