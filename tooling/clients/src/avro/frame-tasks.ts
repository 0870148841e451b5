import {
  createAvroCodec,
  createRegistry,
  standardLogicalTypes,
  type AvroCodec,
  type SchemaInput,
} from '@headwater/schemas'
import type { AvroCase, AvroValue, Told } from './avro-case.ts'
import { avroCases } from './avro-cases.ts'

/** What a program of another language is asked to do, as a line of JSON. */
type FrameTask =
  | {
      readonly fact: string
      readonly do: 'read'
      readonly topic: string
      /** In hexadecimal digits. */
      readonly frame: string
      /** The schema's text; the writer's when there is none. */
      readonly reader?: string
      /** Whether records in unions are told with their names. */
      readonly isNamed?: boolean
    }
  | { readonly fact: string; readonly do: 'write'; readonly topic: string; readonly value: Told }

/** A task, and what must come of it. */
export interface FrameFact {
  readonly task: FrameTask
  /** The schema id in the frame. */
  readonly schemaId: number
  readonly expected: AvroValue
  /** What the task's topic, or its reader, makes of what others write. */
  readonly codec: AvroCodec
  /** The same with `standardLogicalTypes`. */
  readonly logicalCodec: AvroCodec
}

/** Registers every case under a topic of its own, and writes its values with Headwater's codec. */
export async function makeFrameFacts(url: string, prefix: string): Promise<readonly FrameFact[]> {
  const facts: FrameFact[] = []
  for (const [at, each] of avroCases.entries()) facts.push(...(await factsOf(each, url, `${prefix}-${at}`)))
  return facts
}

const nameOf = (name: string, n: number, what: FrameTask['do']): string =>
  `${what === 'read' ? 'reads' : 'writes'} ${name}${n === 0 ? '' : ` (${n + 1})`}`

/** The names of all facts for a client, before there is a registry to ask. */
export function frameFactNames(client: string): readonly string[] {
  return avroCases
    .filter(({ notBy = [] }) => !notBy.includes(client))
    .flatMap(({ name, values, readers = [] }) => [
      ...values.flatMap((_, n) => [nameOf(name, n, 'read'), nameOf(name, n, 'write')]),
      ...readers.flatMap(({ what, values: read }) =>
        read.map((_, n) => nameOf(`${name}, read by ${what}`, n, 'read')),
      ),
    ])
}

async function factsOf(each: AvroCase, url: string, topic: string): Promise<readonly FrameFact[]> {
  const { name, schema, reference, values, readers = [], isNamed = false } = each
  const registry = createRegistry({ url })
  let input: SchemaInput = { schema }
  if (reference !== undefined) {
    await registry.register(`${topic}-reference`, { schema: reference.schema })
    input = { schema, references: [{ name: reference.name, subject: `${topic}-reference`, version: 1 }] }
  }
  const codec = await createAvroCodec({ registry, topics: { [topic]: input } })
  const logicalCodec = await createAvroCodec({
    registry,
    topics: { [topic]: input },
    logicalTypes: standardLogicalTypes,
  })
  const { schemaId } = codec.topics.get(topic)!
  const frames = values.map(({ value }) => Buffer.from(codec.encode(topic, value)).toString('hex'))
  const facts = values.flatMap((expected, n): FrameFact[] => [
    {
      task: { fact: nameOf(name, n, 'read'), do: 'read', topic, frame: frames[n]!, isNamed },
      schemaId,
      expected,
      codec,
      logicalCodec,
    },
    {
      task: { fact: nameOf(name, n, 'write'), do: 'write', topic, value: expected.told },
      schemaId,
      expected,
      codec,
      logicalCodec,
    },
  ])
  for (const [which, { what, schema: reader, values: read }] of readers.entries()) {
    // A subject of its own: nobody said that all versions fit each other.
    const topics = { [topic]: { schema: reader, subject: `${topic}-reader-${which}` } }
    const readerCodec = await createAvroCodec({ registry, topics })
    for (const [n, expected] of read.entries()) {
      const fact = nameOf(`${name}, read by ${what}`, n, 'read')
      const task = { fact, do: 'read', topic, frame: frames[n]!, reader: JSON.stringify(reader) } as const
      facts.push({ task, schemaId, expected, codec: readerCodec, logicalCodec })
    }
  }
  return facts
}
