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

    it('lists what there is, and gives each version with its id', async () => {
      const subject = `${word}-value`
      const note = { name: 'note', type: 'string', default: 'none' }
      const ids = [
        await registry.register(subject, { schema: orderOf() }),
        await registry.register(subject, { schema: orderOf(note) }),
      ]
      expect(await registry.subjects()).toContain(subject)
      expect(await registry.versions(subject)).toEqual([1, 2])
      const [first, second] = [await registry.version(subject, 1), await registry.version(subject, 2)]
      expect([first.id, second.id]).toEqual(ids)
      expect(JSON.parse(second.schema)).toEqual(orderOf(note))
      await expect(registry.version(subject, 3)).rejects.toMatchObject({ status: 404, errorCode: 40402 })
      await expect(registry.versions(`${word}-none`)).rejects.toMatchObject({ status: 404, errorCode: 40401 })
    })

    it('finds a schema without registering it', async () => {
      const subject = `${word}-value`
      const id = await registry.register(subject, { schema: orderOf() })
      const other = orderOf({ name: 'total', type: 'int', default: 0 })
      expect(await registry.find(subject, { schema: orderOf() })).toEqual({ id, version: 1 })
      expect(await registry.find(subject, { schema: other })).toBeUndefined()
      expect(await registry.find(`${word}-none`, { schema: other })).toBeUndefined()
      expect(await registry.versions(subject)).toEqual([1])
    })

    it('tells which level is in force, the one of all where a subject has none', async () => {
      const subject = `${word}-value`
      await registry.register(subject, { schema: orderOf() })
      const global = { level: 'BACKWARD', scope: 'global' }
      expect(await registry.compatibilityLevel()).toEqual(global)
      expect(await registry.compatibilityLevel(`${word}-none`)).toEqual(global)
      expect(await registry.compatibilityLevel(subject)).toEqual(global)
      const response = await fetch(`${getUrl()}/config/${subject}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: '{"compatibility":"FULL_TRANSITIVE"}',
      })
      expect(response.status).toBe(200)
      expect(await registry.compatibilityLevel(subject)).toEqual({
        level: 'FULL_TRANSITIVE',
        scope: 'subject',
      })
    })

    it('asks about one version, the latest, or all that count', async () => {
      const subject = `${word}-value`
      const [total, note] = [
        { name: 'total', type: 'int', default: 0 },
        { name: 'note', type: 'string', default: '' },
      ]
      await registry.register(subject, { schema: orderOf(total) })
      await registry.register(subject, { schema: orderOf() })
      const ask = async (version: number | 'latest' | 'all', ...fields: object[]): Promise<boolean> =>
        (await registry.checkCompatibility(subject, { schema: orderOf(...fields) }, { version })).compatible
      const text = { ...total, type: 'string', default: '' }
      expect(await ask(1, text)).toBe(false)
      expect(await ask('latest', text)).toBe(true)
      expect(await ask('all', note)).toBe(true)
      const verdict = { compatible: true, messages: [] }
      const fresh = await registry.checkCompatibility(
        `${word}-none`,
        { schema: orderOf() },
        { version: 'all' },
      )
      expect(fresh).toEqual(verdict)
      expect(await registry.versions(subject)).toEqual([1, 2])
    })

    it('goes on to the server that answers, and stays with it', async () => {
      const asked: string[] = []
      const url = ['http://127.0.0.1:1/gone', getUrl()]
      const hooks = { onRequest: ({ server }: { readonly server: string }) => void asked.push(server) }
      const both = createRegistry({ url, hooks, retryBackoffMs: 1 })
      await both.register(`${word}-value`, { schema: orderOf() })
      expect(await both.versions(`${word}-value`)).toEqual([1])
      expect(asked).toEqual([url[0], url[1], url[1]])
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
