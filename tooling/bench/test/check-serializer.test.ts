import { describe, expect, it } from 'vitest'
import { checkSerializer } from '../src/schemas/check-serializer.ts'

const value = { id: 'a' }
const frame = Buffer.from([0, 0, 0, 0, 1, 2, 0x61])
const inputs = { values: [value], frames: [frame], nextValues: [{ id: 'a', addedLater: 'none' }] }
const check = (operations: object): Promise<void> => checkSerializer({ name: 'one', operations }, inputs)

describe('checkSerializer', () => {
  it('takes the same frame, and the same payload without one', async () => {
    await check({ encode: () => Buffer.from(frame), decode: () => ({ ...value }) })
    await check({ encode: async () => frame.subarray(5) })
  })

  it('refuses other bytes, and other values', async () => {
    const otherId = Buffer.from([0, 0, 0, 0, 2, 2, 0x61])
    await expect(check({ encode: () => otherId })).rejects.toThrow('one does not encode as Headwater does')
    await expect(check({ decode: () => ({ id: 'b' }) })).rejects.toThrow('one does not decode')
    await expect(check({ 'decode into the next version': () => value })).rejects.toThrow('next version')
  })

  it('lets what is no Avro read its own', async () => {
    const json = {
      encode: (it: unknown) => Buffer.from(JSON.stringify(it)),
      decode: (it: Buffer) => JSON.parse(it.toString()),
    }
    await checkSerializer({ name: 'JSON', reads: 'its own', operations: json as never }, inputs)
  })
})
