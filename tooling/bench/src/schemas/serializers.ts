import { createAvroCodec, createRegistry } from '@headwater/schemas'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import avsc from 'avsc'
import type { RecordShape } from './record-shapes.ts'

/** What is measured of every serializer. */
export const tasks = ['encode', 'decode', 'decode into the next version'] as const

/** One of {@link tasks}. */
export type Task = (typeof tasks)[number]

/** Does one task with one record. What gives a promise is awaited, as its user has to. */
export type Operation = (input: unknown) => unknown

/** A serializer that is ready for one shape; it need not know every task. */
export interface Serializer {
  readonly name: string
  readonly operations: Readonly<Partial<Record<Task, Operation>>>
  /** What it reads: frames that Headwater wrote, or what it wrote itself. Default: frames. */
  readonly reads?: 'frames' | 'its own'
}

/** A shape with its schemas in a registry: the first version is the latest of its topic. */
export interface Workbench {
  readonly shape: RecordShape
  readonly registryUrl: string
  readonly schemaId: number
}

/** The topic whose latest version is the next one. */
export function nextTopicOf({ name }: RecordShape): string {
  return `${name}-next`
}

const frameBytes = 5
/** The names that ratios go by. */
export const floor = 'avsc alone, into one scratch buffer'
export const ours = 'Headwater'
export const csr = '@kafkajs/confluent-schema-registry'

/** The serializers that need nothing but this workspace. */
export async function prepareSerializers(bench: Workbench): Promise<readonly Serializer[]> {
  return [avscAlone(bench.shape), await headwater(bench), avscToBuffer(bench), csrClient(bench), json()]
}

/** No frame, no copy, no check for what avsc drops: less than any serializer can do. */
function avscAlone({ schema, nextSchema }: RecordShape): Serializer {
  const type = avsc.Type.forSchema(schema as avsc.Schema)
  const next = avsc.Type.forSchema(nextSchema as avsc.Schema)
  const resolver = next.createResolver(type)
  const scratch = Buffer.alloc(4096)
  return {
    name: floor,
    operations: {
      encode: (value) => type.encode(value, scratch, 0),
      decode: (bytes) => type.fromBuffer((bytes as Buffer).subarray(frameBytes)) as unknown,
      'decode into the next version': (bytes) =>
        next.fromBuffer((bytes as Buffer).subarray(frameBytes), resolver) as unknown,
    },
  }
}

async function headwater({ shape, registryUrl, schemaId }: Workbench): Promise<Serializer> {
  const registry = createRegistry({ url: registryUrl })
  const topic = shape.name
  const codec = await createAvroCodec({ registry, topics: { [topic]: shape.schema }, autoRegister: false })
  const options = { topic: nextTopicOf(shape) }
  const topics = { [options.topic]: shape.nextSchema }
  const next = await createAvroCodec({ registry, topics, autoRegister: false })
  await next.load(schemaId)
  return {
    name: ours,
    operations: {
      encode: (value) => codec.encode(topic, value),
      decode: (bytes) => codec.decode(bytes as Buffer),
      'decode into the next version': (bytes) => next.decode(bytes as Buffer, options),
    },
  }
}

function avscToBuffer({ shape }: Workbench): Serializer {
  const type = avsc.Type.forSchema(shape.schema as avsc.Schema)
  return {
    name: 'avsc alone, type.toBuffer',
    operations: { encode: (value) => type.toBuffer(value) },
  }
}

function csrClient({ shape, registryUrl, schemaId }: Workbench): Serializer {
  const registry = new SchemaRegistry({ host: registryUrl })
  // It takes the schema's JSON alone, so that it compiles schema and resolver for every record.
  const intoNext = { AVRO: { readerSchema: shape.nextSchema as never } }
  return {
    name: csr,
    operations: {
      encode: (value) => registry.encode(schemaId, value),
      decode: (bytes) => registry.decode(bytes as Buffer),
      'decode into the next version': (bytes) => registry.decode(bytes as Buffer, intoNext),
    },
  }
}

function json(): Serializer {
  return {
    name: 'JSON.stringify, JSON.parse',
    reads: 'its own',
    operations: {
      encode: (value) => Buffer.from(JSON.stringify(value)),
      decode: (bytes) => JSON.parse((bytes as Buffer).toString()) as unknown,
    },
  }
}
