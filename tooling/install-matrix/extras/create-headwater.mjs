/**
 * Runs in a folder into which create-headwater was installed, on each Node: so it is plain JavaScript. Writes a service,
 * installs it from the registry of this run, and does there what its README says first.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createService } from 'create-headwater'

const settings = existsSync('.npmrc') ? '.npmrc' : '.yarnrc.yml'
const [registry] = /http:\/\/127\.0\.0\.1:\d+/.exec(readFileSync(settings, 'utf8')) ?? []
assert.ok(registry, `${settings} names no registry of this computer`)
createService({ folder: 'service', name: 'my-service', channel: 'web-form' })

const npm = (...args) => {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: 'service', encoding: 'utf8' })
  assert.equal(status, 0, `npm ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`)
}
npm('install', '--registry', registry, '--ignore-scripts', '--no-audit', '--no-fund')
npm('run', 'check')
npm('run', 'types:check')
// Services run TypeScript as it is, which Node does from 22.18 on.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > 22 || minor >= 18) npm('run', 'test')
