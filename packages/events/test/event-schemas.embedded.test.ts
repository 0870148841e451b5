import { readdirSync, readFileSync } from 'node:fs'
import { startKafka } from '@headwater/embedded'
import { createAvroCodec, createRegistry } from '@headwater/schemas'
import { expect, it } from 'vitest'

const folder = new URL('../schemas/', import.meta.url)
const schemas = readdirSync(folder).map((file) => ({
  file,
  text: readFileSync(new URL(file, folder), 'utf8'),
}))

it(
  'the registry takes every schema, and what may become of it, and not what would break a consumer',
  { timeout: 30_000 },
  async () => {
    await using kafka = await startKafka({ registry: true })
    const registry = createRegistry({ url: kafka.registryUrl })
    const register = (topic: string, schema: string) =>
      createAvroCodec({ registry, topics: { [topic]: schema } })
    for (const { file, text } of schemas) {
      await register(file, text)
      const grown = text
        .replaceAll('"UNKNOWN",', '"UNKNOWN", "OF_TOMORROW",')
        .replace(
          '"fields": [',
          '"fields": [{ "name": "extra", "type": ["null", "string"], "default": null },',
        )
      await register(file, grown)
      const broken = text.replace('"name": "event_id"', '"name": "id_of_event"')
      await expect(register(file, broken), file).rejects.toMatchObject({ code: 'REGISTRY_INCOMPATIBLE' })
    }
    expect(schemas.length).toBeGreaterThan(1)
  },
)
