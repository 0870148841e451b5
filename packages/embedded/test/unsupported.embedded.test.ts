import { readFile, readdir } from 'node:fs/promises'
import { apiByKey, apiVersions } from '@headwater/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { handlerFor } from '../src/handlers/handler-table.ts'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { RawClient } from './raw-client.ts'

const text = await readFile(new URL('../UNSUPPORTED.md', import.meta.url), 'utf8')

/** The rows of the table of requests. */
const requests = Array.from(text.matchAll(/^\| (\d+) +\| (\w+) +\|$/gmu), ([, key, name]) => ({
  key: Number(key),
  name: name!,
}))

/** The lines of the lists, each in one piece. */
const lines = Array.from(text.matchAll(/^- (.+(?:\n {2}.+)*)/gmu), ([, line]) =>
  line!.replaceAll(/\n */gu, ' '),
)

/** How the tests that stand beside this one call their facts: by the first words of a line. */
const folder = new URL('./', import.meta.url)
const files = (await readdir(folder)).filter((name) => name.startsWith('unsupported-'))
const sources = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')))
const titles = sources.flatMap((source) =>
  Array.from(source.matchAll(/\bit\(\s*(['"])(.+?)\1,/gu), ([, , title]) => title!),
)

describe('UNSUPPORTED.md', () => {
  it('says nothing in its lists that no test is called after', () => {
    expect(lines.length).toBeGreaterThan(40)
    expect(lines.filter((line) => !titles.some((title) => line.startsWith(title)))).toEqual([])
  })

  it('has the line of every test, one each', () => {
    const linesOf = (title: string): string[] => lines.filter((line) => line.startsWith(title))
    expect(titles.filter((title) => linesOf(title).length !== 1)).toEqual([])
    expect(new Set(titles.map((title) => linesOf(title)[0])).size).toBe(titles.length)
  })

  it('names every request that the protocol package knows and this broker does not serve', () => {
    const known = Array.from({ length: 100 }, (_, key) => key).filter((key) => apiByKey(key) !== undefined)
    const notServed = known.filter((key) => handlerFor(key) === undefined)
    expect(requests.map(({ key }) => key)).toEqual(expect.arrayContaining(notServed))
  })

  describe('is right that', () => {
    let kafka: EmbeddedKafka
    beforeAll(async () => {
      kafka = await startKafka()
    })
    afterAll(() => kafka.close())

    it.each(requests)('$name ($key) is not advertised, and closes the connection', async ({ key }) => {
      using client = await RawClient.open(kafka.broker(1).port)
      const { apiKeys } = await client.send(apiVersions, 0, {})
      expect(apiKeys.map(({ apiKey }) => apiKey)).not.toContain(key)
      // The head of version 0: key, version, correlation id, a client id of no bytes; then zeros enough for any body.
      const frame = Buffer.alloc(32)
      frame.writeInt16BE(key, 0)
      expect(await client.exchange(frame)).toBeUndefined()
    })
  })
})
