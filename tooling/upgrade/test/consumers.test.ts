import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkConsumerTypes } from '../src/run-consumers.ts'

const here = join(import.meta.dirname, '..')
let folder = ''
let declarations = ''

/** The declarations of the producer, to be changed here and nowhere else. */
beforeAll(async () => {
  mkdirSync(join(here, '.cache'), { recursive: true })
  folder = mkdtempSync(join(here, '.cache/broken-'))
  declarations = join(folder, 'producer')
  const project = join(here, '../../packages/producer/tsconfig.build.json')
  await promisify(execFile)('tsc', [
    '-p',
    project,
    '--emitDeclarationOnly',
    '--noCheck',
    '--outDir',
    declarations,
  ])
  const config = {
    extends: '../../baseline/0.1.0/tsconfig.json',
    compilerOptions: { paths: { '@headwater/producer': ['./producer/index.d.ts'] } },
    include: [],
    files: ['../../baseline/0.1.0/consumers/producer.ts'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Changes one piece of the API. */
function change(file: string, before: string, after: string): void {
  const path = join(declarations, file)
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(before)
  writeFileSync(path, text.replaceAll(before, after))
}

describe('checkConsumerTypes', { timeout: 120_000 }, () => {
  it('is content with the API as it is, and with no removed option, narrowed type or renamed outcome', async () => {
    expect(await checkConsumerTypes(folder)).toEqual({ exitCode: 0, output: '' })
    change('producer.d.ts', 'wait?:', 'waits?:')
    change('producer.d.ts', 'deliveryTimeoutMs?: number', 'deliveryTimeoutMs?: 0 | 1')
    change('delivery-error.d.ts', "'not-sent'", "'unsent'")
    const { exitCode, output } = await checkConsumerTypes(folder)
    expect(exitCode).not.toBe(0)
    expect(output).toContain("'wait' does not exist in type")
    expect(output).toContain("Type '20000' is not assignable to type '0 | 1 | undefined'")
    expect(output).toContain("'unsent'")
  })
})
