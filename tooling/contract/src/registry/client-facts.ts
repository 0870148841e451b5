import { randomUUID } from 'node:crypto'
import { createAvroCodec, createRegistry, type Registry } from '@headwater/schemas'
import { beforeEach, describe, expect, it } from 'vitest'

/** Headwater's own registry client and codec from end to end, whichever registry it is. */
export function describeRegistryClient(getUrl: () => string): void {
  describe('createRegistry', () => {
    let registry: Registry
    let word: string
    const record = (name: string, ...fields: readonly object[]): object => ({
      type: 'record',
      name: `${word}${name}`,
      fields,
    })
    const orderOf = (...more: readonly object[]): object =>
      record('Order', { name: 'id', type: 'string' }, ...more)
    const connect = (): Registry => createRegistry({ url: getUrl(), retryBackoffMs: 1 })

    beforeEach(() => {
      word = `c${randomUUID().replaceAll('-', '').slice(0, 12)}`
      registry = connect()
    })

    it('registers once, finds by text, by id and as the latest', async () => {
      const subject = `${word}-value`
      const id = await registry.register(subject, { schema: orderOf() })
      expect(await connect().register(subject, { schema: orderOf() })).toBe(id)
      expect(await connect().idOf(subject, { schema: orderOf() })).toBe(id)
      expect(await connect().latest(subject)).toMatchObject({ id, version: 1, subject })
      const { schema } = await connect().schemaById(id)
      expect(JSON.parse(schema)).toEqual(orderOf())
    })

    it('tells by its code why a call failed', async () => {
      const subject = `${word}-value`
      await expect(registry.latest(subject)).rejects.toMatchObject({ status: 404, errorCode: 40401 })
      await registry.register(subject, { schema: orderOf() })
      const total = { name: 'total', type: 'int' }
      await expect(registry.register(subject, { schema: orderOf(total) })).rejects.toMatchObject({
        status: 409,
      })
      await expect(registry.register(subject, { schema: '"nothing"' })).rejects.toMatchObject({
        status: 422,
        errorCode: 42201,
      })
      await expect(registry.schemaById(2_000_000_000)).rejects.toMatchObject({ status: 404 })
    })

    it('says without registering whether a schema would fit', async () => {
      const subject = `${word}-value`
      await registry.register(subject, { schema: orderOf() })
      const ask = async (field: object): Promise<boolean> =>
        (await registry.checkCompatibility(subject, { schema: orderOf(field) })).compatible
      expect(await ask({ name: 'total', type: 'int' })).toBe(false)
      expect(await ask({ name: 'total', type: 'int', default: 0 })).toBe(true)
    })

    it('writes records that another process reads, with an earlier and with a later schema', async () => {
      const topic = `${word}-orders`
      const note = { name: 'note', type: 'string', default: 'none' }
      const early = await createAvroCodec({ registry, topics: { [topic]: orderOf() } })
      const written = early.encode(topic, { id: 'o-1' })
      const later = await createAvroCodec({ registry: connect(), topics: { [topic]: orderOf(note) } })
      expect(await later.decodeAsync(written, { topic })).toEqual({ id: 'o-1', note: 'none' })
      const answer = later.encode(topic, { id: 'o-2', note: 'quick' })
      expect(await early.decodeAsync(answer, { topic })).toEqual({ id: 'o-2' })
    })

    it('resolves references on both ways', async () => {
      const address = record('Address', { name: 'city', type: 'string' })
      await registry.register(`${word}-address`, { schema: address })
      const references = [{ name: `${word}Address`, subject: `${word}-address`, version: 1 }]
      const schema = orderOf({ name: 'to', type: `${word}Address` })
      const topic = `${word}-orders`
      const codec = await createAvroCodec({ registry, topics: { [topic]: { schema, references } } })
      const bytes = codec.encode(topic, { id: 'o-1', to: { city: 'Ulm' } })
      const other = await createAvroCodec({ registry: connect(), topics: {} })
      expect(await other.decodeAsync(bytes)).toEqual({ id: 'o-1', to: { city: 'Ulm' } })
    })
  })
}
