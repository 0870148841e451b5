import { execFile } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const source = pathToFileURL(join(import.meta.dirname, '../src/drop-known-warning.ts')).href

/** What a process with these lines prints on stderr. */
async function stderrOf(...lines: readonly string[]): Promise<string> {
  const script = [`const { dropKnownWarning } = await import('${source}')`, ...lines].join('\n')
  const { stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  return stderr
}

/** Sets a timer to a time in the past as kafkajs does, in a file of that name. */
const past = (file: string): string =>
  `new (await import('node:vm')).Script('set(() => {}, -5)', { filename: '${file}' }).runInThisContext()`
const kafkajs = '/app/node_modules/kafkajs/src/network/requestQueue/index.js'

describe('dropKnownWarning', () => {
  it('drops the warning that kafkajs causes', async () => {
    expect(await stderrOf('globalThis.set = setTimeout', past(kafkajs))).toContain('TimeoutNegativeWarning')
    expect(await stderrOf('globalThis.set = setTimeout', 'dropKnownWarning()', past(kafkajs))).toBe('')
  })

  it('drops no other warning, nor the same one of somebody else', async () => {
    const text = await stderrOf(
      'globalThis.set = setTimeout',
      'dropKnownWarning()',
      `process.emitWarning('something else')`,
      past('/app/node_modules/other/index.js'),
    )
    expect(text).toContain('something else')
    expect(text).toContain('TimeoutNegativeWarning')
  })
})
