import { subscribe } from 'node:diagnostics_channel'
import type { LineRecorder } from './line-recorder.ts'

/** What pino publishes when a line is made, of `pino_asJson`; see its `lib/tools.js`. */
interface PinoLine {
  readonly result?: unknown
  /** Of the call: object, message, level, time. */
  readonly arguments?: ArrayLike<unknown>
}

/** Keeps every line of every pino logger of this process, wherever it is written to. */
export function tapPino(recorder: LineRecorder): void {
  subscribe('tracing:pino_asJson:end', (published) => {
    const { result, arguments: args } = published as PinoLine
    const kind = `pino ${String(args?.[1])}`
    if (typeof result === 'string') recorder.add(kind, result.trimEnd())
  })
}
