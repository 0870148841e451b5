import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, it } from 'vitest'
import { mutateSource } from '../src/mutate-source.ts'
import { mutations } from '../src/mutation-table.ts'
import type { WitnessReport } from '../src/run-witnesses.ts'

const main = join(import.meta.dirname, '../src/main.ts')
const producer = join(import.meta.dirname, '../../../packages/producer')

/** Two at a time are as many as a small computer has room for. */
const processes = 2

/** Runs witnesses in a process of their own, since a test runner cannot well run inside itself. */
async function reportsOf(names: readonly string[]): Promise<[name: string, report: WitnessReport][]> {
  const child = spawn(process.execPath, [main, ...names], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ])
  if (code !== 0) throw new Error(`the witnesses could not be run: ${stderr}`)
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; report: WitnessReport })
    .map(({ name, report }) => [name, report])
}

/** How a test fails that notices: what it sees is wrong, or what it waits for never comes. */
const noticing = /^(AssertionError|Error: Test timed out)/

describe('mutations', () => {
  const reports = new Map<string, WitnessReport>()

  beforeAll(async () => {
    const names = ['none', ...mutations.map(({ name }) => name)]
    const shares = Array.from({ length: processes }, (_, share) =>
      names.filter((__, i) => i % processes === share),
    )
    for (const [name, report] of (await Promise.all(shares.map(reportsOf))).flat()) reports.set(name, report)
  }, 300_000)

  it('have names of their own, and each rule has a witness', () => {
    expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length)
    expect(mutations.filter(({ witnesses }) => witnesses.length === 0).map(({ name }) => name)).toEqual([])
  })

  it('leave the witnesses green as long as every rule is in force', () => {
    const { passed, failed, broken } = reports.get('none')!
    expect({ failed, broken }).toEqual({ failed: [], broken: [] })
    for (const { title } of mutations.flatMap(({ witnesses }) => witnesses))
      expect(passed.some((test) => test.includes(title))).toBe(true)
  })

  it.each(mutations)('$name: a test notices. $rule', (mutation) => {
    const source = readFileSync(join(producer, mutation.file), 'utf8')
    expect(mutateSource(source, mutation)).not.toBe(source)
    const { failed, broken } = reports.get(mutation.name)!
    expect(broken).toEqual([])
    const noticed = failed.filter(({ errors }) => errors.some((error) => noticing.test(error)))
    expect(noticed.map(({ title }) => title)).not.toEqual([])
  })
})

describe('mutateSource', () => {
  it.each(['', 'twice twice'])('refuses a text that does not stand there exactly once: %j', (source) => {
    const mutation = { name: 'm', rule: '', file: 'f.ts', original: 'twice', replacement: '', witnesses: [] }
    expect(() => mutateSource(source, mutation)).toThrow(/stands [02] times in f.ts/)
  })
})
