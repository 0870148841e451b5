import type { LineRecorder } from './line-recorder.ts'

/** The part of a stream that is used here. */
interface TextStream {
  write(chunk: string | Uint8Array, ...rest: never[]): boolean
}

/**
 * The programs whose plain output is kept: people and log collectors read it like a log. The command line shows
 * records, which is what it is for.
 */
export function isApp(script: string | undefined): boolean {
  return /[\\/]apps[\\/][^\\/]+[\\/]src[\\/]main\.ts$/.test(script ?? '')
}

/** Keeps what is written to a stream beside a logger, a line at a time. */
export function tapStream(name: string, stream: TextStream, recorder: LineRecorder): void {
  const write = stream.write.bind(stream)
  stream.write = (chunk, ...rest) => {
    for (const line of Buffer.from(chunk as Uint8Array)
      .toString()
      .split(/[\r\n]+/)) {
      // Progress differs in its numbers alone.
      if (line.trim() !== '') recorder.add(`${name} ${line.replaceAll(/\d+/g, '')}`, line)
    }
    return write(chunk, ...rest)
  }
}
