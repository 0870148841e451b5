import { createRandomNumbers, type RandomBelow } from './random-numbers.ts'
import { sharedTypes } from './shared-types.ts'

/** One subject through all its versions. */
export interface EvolvingSchema {
  /** Full name of the record, which is its subject. */
  readonly subject: string
  /** What `schemas history record` keeps: compact, every type written out at its first use. Oldest first. */
  readonly recorded: readonly string[]
  /** The next version as it stands in the working tree: indented, shared types by name. */
  readonly proposed: string
}

const leastFields = 10
const spreadOfFields = 11

type Field = Readonly<Record<string, unknown>>

/**
 * A record of 10 to 20 fields at first, which gains an optional one with every version. What it looks like depends on
 * its number alone.
 *
 * @param breaks - whether the proposed version gives its first field a type that no consumer can read
 */
export function createEvolvingSchema(number: number, versions: number, breaks: boolean): EvolvingSchema {
  const random = createRandomNumbers(number)
  const name = `Event${number}`
  const namespace = `shop.area${number % 40}`
  const fields = [{ name: 'id', type: 'string', doc: 'Identifies the event.' } as Field]
  const first = leastFields + random(spreadOfFields)
  while (fields.length < first) fields.push(createField(name, fields.length, random))
  for (let version = 1; version <= versions; version++)
    fields.push(createOptionalField(fields.length, random))
  const atVersion = (count: number, proposed: readonly Field[] = fields): object => ({
    type: 'record',
    name,
    namespace,
    doc: `What happened to a thing of kind ${number}.`,
    fields: proposed.slice(0, count),
  })
  const broken = fields.map((field, index) => (index === 0 ? { ...field, type: 'boolean' } : field))
  return {
    subject: `${namespace}.${name}`,
    recorded: Array.from({ length: versions }, (_, index) => writeOut(atVersion(first + index))),
    proposed: `${JSON.stringify(atVersion(fields.length, breaks ? broken : fields), null, 2)}\n`,
  }
}

function createField(owner: string, index: number, random: RandomBelow): Field {
  const kinds: readonly ((name: string) => unknown)[] = [
    () => 'string',
    () => 'long',
    () => 'int',
    () => 'boolean',
    () => ({ type: 'long', logicalType: 'timestamp-millis' }),
    () => ({ type: 'bytes', logicalType: 'decimal', precision: 12, scale: 2 }),
    () => ({ type: 'string', logicalType: 'uuid' }),
    () => ({ type: 'array', items: 'string' }),
    () => ({ type: 'map', values: 'long' }),
    (name) => ({
      type: 'enum',
      name,
      symbols: ['UNKNOWN', 'PLACED', 'PAID', 'SHIPPED', 'CLOSED'],
      default: 'UNKNOWN',
    }),
    (name) => ({ type: 'array', items: createNested(name, random) }),
    (name) => createNested(name, random),
    () => sharedTypes[random(sharedTypes.length)]!.fullName,
  ]
  const type = kinds[random(kinds.length)]!(`${owner}Part${index}`)
  return random(2) === 0
    ? { name: fieldName(index, random), type }
    : { name: fieldName(index, random), type, doc: `Says what part ${index} of the event is.` }
}

function createOptionalField(index: number, random: RandomBelow): Field {
  const kinds = ['string', 'long', 'double', { type: 'long', logicalType: 'timestamp-micros' }]
  const type = random(5) === 0 ? sharedTypes[random(sharedTypes.length)]!.fullName : kinds[random(4)]!
  return { name: fieldName(index, random), type: ['null', type], default: null }
}

function createNested(name: string, random: RandomBelow): object {
  const fields = Array.from({ length: 3 + random(3) }, (_, index) =>
    index % 2 === 0
      ? { name: fieldName(index, random), type: 'string' }
      : { name: fieldName(index, random), type: ['null', 'long'], default: null },
  )
  return { type: 'record', name, fields }
}

function fieldName(index: number, random: RandomBelow): string {
  const words = ['amount', 'reference', 'state', 'recordedAt', 'customer', 'channel', 'quantity', 'note']
  return `${words[random(words.length)]}${index}`
}

/** Puts a shared type in the place of its name where the name stands first. */
function writeOut(schema: object): string {
  let text = JSON.stringify(schema)
  for (const { fullName, definition } of sharedTypes) {
    text = text.replace(`"${fullName}"`, () => JSON.stringify(definition))
  }
  return text
}
