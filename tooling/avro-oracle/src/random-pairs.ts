import { damageSchema, damageText } from './damage-text.ts'
import { evolveSchema } from './evolve-schema.ts'
import { randomSchema } from './random-schema.ts'
import { toSchemaText } from './schema-json.ts'
import { createSeededRandom } from './seeded-random.ts'

/** Two schema texts, one of which is to read what the other wrote. */
export type SchemaPair = readonly [reader: string, writer: string]

/** Pairs of which most are two versions of one schema; the others have nothing in common or do not parse. */
export function* randomPairs(seed: number, count: number): Generator<SchemaPair> {
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
