import { silentLogger } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import {
  createJsonCodec,
  createRawCodec,
  type CodecFailure,
  type CodecHooks,
  type CodecOperation,
} from '../src/index.ts'

/** What hooks saw, in order. */
function recorder(): { readonly hooks: CodecHooks; readonly seen: (CodecOperation | CodecFailure)[] } {
  const seen: (CodecOperation | CodecFailure)[] = []
  return {
    seen,
    hooks: { onOperation: (done) => void seen.push(done), onFailure: (failure) => void seen.push(failure) },
  }
}

describe('CodecHooks', () => {
  it('see each value with its topic and size, and each error with what the caller gets', () => {
    const { hooks, seen } = recorder()
    const codec = createJsonCodec({ hooks })
    const bytes = codec.encode('orders', { id: 'é' })
    codec.decode(bytes, { topic: 'orders' })
    codec.decode(bytes)
    expect(() => codec.encode('orders', { id: 1n })).toThrow()
    expect(() => codec.decode(Buffer.from('{'))).toThrow()
    const failed = (code: string): unknown => expect.objectContaining({ code })
    expect(seen).toEqual([
      { operation: 'encode', topic: 'orders', bytes: 11 },
      { operation: 'decode', topic: 'orders', bytes: 11 },
      { operation: 'decode', topic: undefined, bytes: 11 },
      { operation: 'encode', topic: 'orders', error: failed('VALUE_INVALID') },
      { operation: 'decode', topic: undefined, error: failed('PAYLOAD_CORRUPT') },
    ])
  })

  it('are heard in their order, and by the raw codec, too', () => {
    const [first, second] = [recorder(), recorder()]
    const codec = createRawCodec({ hooks: [first.hooks, second.hooks] })
    expect(codec.contentType).toBe('application/octet-stream')
    codec.decode(codec.encode('orders', 'text'))
    expect(first.seen).toHaveLength(2)
    expect(second.seen).toEqual(first.seen)
  })

  it('break no call, and are reported once', () => {
    const reports: unknown[] = []
    const codec = createRawCodec({
      hooks: {
        onOperation() {
          throw new Error('no disk')
        },
      },
      logger: { ...silentLogger, error: (fields) => void reports.push(fields) },
    })
    for (let n = 0; n < 3; n++) expect(codec.encode('orders', 'text')).toHaveLength(4)
    expect(reports).toEqual([{ err: expect.objectContaining({ message: 'no disk' }) as unknown }])
  })
})
