import { readFile } from 'node:fs/promises'
import { apiByKey, encodeRequestHeader } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { startKafka } from '../src/index.ts'
import { RawClient } from './raw-client.ts'

const text = await readFile(new URL('../UNSUPPORTED.md', import.meta.url), 'utf8')
const keys = Array.from(text.matchAll(/^\| (\d+) +\|/gmu), ([, key]) => Number(key))

describe('UNSUPPORTED.md', () => {
  it('names every request that the protocol package knows and this broker does not serve', async () => {
    const { handlerFor } = await import('../src/handlers/handler-table.ts')
    const known = Array.from({ length: 100 }, (_, key) => key).filter((key) => apiByKey(key) !== undefined)
    expect(keys).toEqual(known.filter((key) => handlerFor(key) === undefined))
  })

  it.each(keys)('is right that request %i is answered by closing the connection', async (key) => {
    await using kafka = await startKafka()
    using client = await RawClient.open(kafka.broker(1).port)
    const api = apiByKey(key)!
    const header = encodeRequestHeader(api, { apiVersion: api.versions[0], correlationId: 1, clientId: 'x' })
    expect(await client.exchange(Buffer.concat([header, Buffer.alloc(16)]))).toBeUndefined()
  })
})
