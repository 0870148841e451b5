import { describe, expect, it } from 'vitest'
import { createRegistry } from '../src/index.ts'

const mebibyte = 1024 * 1024

describe('the body of an answer', () => {
  it('is given up when it has no end', async () => {
    let given = 0
    let isLeft = false
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += mebibyte
        controller.enqueue(new Uint8Array(mebibyte).fill(0x20))
      },
      cancel() {
        isLeft = true
      },
    })
    const registry = createRegistry({
      url: 'http://registry.example',
      fetch: () => Promise.resolve(new Response(endless)),
    })
    await expect(registry.schemaById(1)).rejects.toMatchObject({
      code: 'REGISTRY_BAD_ANSWER',
      message: expect.stringContaining('longer than 67108864 bytes'),
    })
    expect(isLeft).toBe(true)
    expect(given).toBeLessThan(80 * mebibyte)
  })

  it('may come in parts, and begin with a byte order mark', async () => {
    const text = `\ufeff${JSON.stringify({ schema: '"string"', schemaType: 'AVRO', note: 'zwölf' })}`
    const bytes = new TextEncoder().encode(text)
    const parts = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]))
        controller.close()
      },
    })
    const registry = createRegistry({
      url: 'http://registry.example',
      fetch: () => Promise.resolve(new Response(parts)),
    })
    expect(await registry.schemaById(1)).toMatchObject({ schema: '"string"' })
  })
})
