/** Set-up file of every test: keeps what is logged in its process and in the processes that it starts. */
import { rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'vitest'
import { LineRecorder } from './line-recorder.ts'
import { tapName, type LogTap } from './tap-name.ts'
import { tapPino } from './tap-pino.ts'
import { toLogLine } from './to-log-line.ts'

const testFile = expect.getState().testPath ?? 'unknown'
const folder = join(
  process.cwd(),
  '.reports/log-lines',
  relative(process.cwd(), testFile).replaceAll(/[/\\]/g, '+'),
)
// Of an earlier run by hand.
rmSync(folder, { recursive: true, force: true })

const recorder = new LineRecorder(folder)
const tap: LogTap = (level, source, args) => {
  const kind = `${source} ${String(args.at(-1))}`
  if (recorder.wants(kind)) recorder.add(kind, toLogLine(level, source, args))
  return args
}
Object.assign(globalThis, { [Symbol.for(tapName)]: tap })
tapPino(recorder)

const child = pathToFileURL(join(import.meta.dirname, 'tap-process.ts'))
child.searchParams.set('folder', folder)
const others = (process.env['NODE_OPTIONS'] ?? '').replaceAll(/--import=\S*tap-process\.ts\S*/g, '').trim()
process.env['NODE_OPTIONS'] = `${others} --import=${child.href}`.trim()
