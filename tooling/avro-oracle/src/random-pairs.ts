import { cutReferences, type SchemaSource } from './cut-references.ts'
import { damageSchema, damageText } from './damage-text.ts'
import { evolveSchema } from './evolve-schema.ts'
import { randomSchema } from './random-schema.ts'
import { toSchemaText, type Json } from './schema-json.ts'
import { createSeededRandom } from './seeded-random.ts'

/** Two schemas, one of which is to read what the other wrote. */
export type SchemaPair = readonly [reader: SchemaSource, writer: SchemaSource]

/** Pairs of which most are two versions of one schema; the others have nothing in common or do not parse. */
export function* randomPairs(
  seed: number,
  count: number,
): Generator<readonly [reader: string, writer: string]> {
  const random = createSeededRandom(seed)
  for (let made = 0; made < count; made++) {
    const schema = randomSchema(random)
    const indent = random.oneIn(8) ? 2 : 0
    const text = toSchemaText(schema, indent)
    const kind = random.below(20)
    if (kind === 0) yield [text, damageSchema(random, schema)]
    else if (kind === 1) yield [damageText(random, text), text]
    else if (kind === 2) yield [text, toSchemaText(randomSchema(random), indent)]
    else {
      const evolved = toSchemaText(evolveSchema(random, schema), indent)
      yield random.oneIn(2) ? [text, evolved] : [evolved, text]
    }
  }
}

/** Pairs of two versions of one schema, of which one or both refer to others for some of their types. */
export function* randomReferringPairs(seed: number, count: number): Generator<SchemaPair> {
  const random = createSeededRandom(seed)
  for (let made = 0; made < count; made++) {
    const schema = randomSchema(random)
    const refer = (version: Json): SchemaSource =>
      random.oneIn(5) ? toSchemaText(version) : cutReferences(random, version)
    const pair = [refer(schema), refer(evolveSchema(random, schema))] as const
    yield random.oneIn(2) ? pair : [pair[1], pair[0]]
  }
}
