import { frameBytes, writeFrame } from './confluent-frame.ts'
import { Sink, type Writer } from './writer/sink.ts'

const slabBytes = 16_384
/** What is larger gets memory of its own: one record that is kept must not keep much else. */
const maxSharedBytes = 65_536

/**
 * Writes frames one after the other into slabs of memory and gives views of them, as Node's own pool of buffers does:
 * nothing is copied.
 */
export class FrameWriter {
  #sink: Sink | undefined = createSink(slabBytes)

  /** Frame and payload. Throws what the writer throws for a value that does not fit. */
  write(writer: Writer, schemaId: number, value: unknown): Uint8Array {
    // Out of the way while user code may run (getters, logical types): a write inside a write gets its own.
    let sink = this.#sink ?? createSink(slabBytes)
    this.#sink = undefined
    let start = sink.at
    try {
      sink.at = start + frameBytes
      writer(sink, value)
      while (sink.at > sink.buffer.length) {
        const bytes = sink.at - start
        if (bytes > maxSharedBytes) return writeApart(bytes, writer, schemaId, value)
        // Room for some more of that size, so that few records are written twice.
        sink = createSink(Math.max(slabBytes, 4 * bytes))
        start = 0
        sink.at = frameBytes
        writer(sink, value)
      }
      writeFrame(sink.buffer, schemaId, start)
      const frame = sink.buffer.subarray(start, sink.at)
      start = sink.at
      return frame
    } finally {
      sink.at = start
      this.#sink = sink
    }
  }
}

/** The size is counted, but what a getter gives may have grown since. */
function writeApart(bytes: number, writer: Writer, schemaId: number, value: unknown): Uint8Array {
  const sink = createSink(bytes)
  sink.at = frameBytes
  writer(sink, value)
  if (sink.at > sink.buffer.length) return writeApart(sink.at, writer, schemaId, value)
  writeFrame(sink.buffer, schemaId, 0)
  return sink.buffer.subarray(0, sink.at)
}

function createSink(bytes: number): Sink {
  return new Sink(Buffer.allocUnsafeSlow(bytes))
}
