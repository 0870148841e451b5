import { toError } from '@headwater/base'
import { toTopicSchema, type AvroCodecOptions } from './avro-codec-options.ts'
import { findAvroProblems } from './avro-problems.ts'
import { toAvroType, toResolver, type AvroType } from './avro-type.ts'
import type { HookRunner } from '../hook-runner.ts'
import { codecHookRunner, type CodecHooks } from './codec-hooks.ts'
import type { Codec, DecodeOptions } from './codec.ts'
import { CodecError, SchemaValidationError } from './codec-error.ts'
import { frameBytes, readFrame } from './confluent-frame.ts'
import { FrameWriter } from './frame-writer.ts'
import { warmTopic, type TopicWriter } from './topic-writer.ts'
import { tellWait, watchAvroCodec } from './watch-avro-codec.ts'

/** A {@link Codec} for Avro on the Confluent wire format. */
export interface AvroCodec extends Codec {
  /** The ids and subjects that values are written with, by topic. */
  readonly topics: ReadonlyMap<string, { readonly schemaId: number; readonly subject: string }>
  /** Fetches a writer's schema, so that `decode` can read what it wrote. */
  load(schemaId: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>
  /** `decode` that fetches the writer's schema first when it is not there yet. */
  decodeAsync(
    bytes: Uint8Array,
    options?: DecodeOptions & { readonly signal?: AbortSignal | undefined },
  ): Promise<unknown>
}

type Resolver = ReturnType<AvroType['createResolver']>

/**
 * Makes a codec and warms it: every topic's schema is registered or looked up, and compiled, before the promise
 * resolves. From then on `encode` and `decode` are synchronous.
 *
 * With a known topic `decode` gives values in the shape of that topic's schema, whoever wrote them and with whichever
 * version; without one, in the shape of the writer's. What was written with an id that was not loaded is
 * `SCHEMA_NOT_LOADED`: `load` it, or use `decodeAsync`.
 *
 * @throws RegistryError, CodecError or AvroSchemaError when a topic's schema cannot be used.
 */
export async function createAvroCodec(options: AvroCodecOptions): Promise<AvroCodec> {
  const entries = Object.entries(options.topics)
  const hooks = codecHookRunner(options)
  const warmed = await tellWait(hooks, 'warm-up', () =>
    Promise.all(
      entries.map(
        async ([name, given]) => [name, await warmTopic(name, toTopicSchema(given), options)] as const,
      ),
    ),
  )
  return watchAvroCodec(new WarmAvroCodec(new Map(warmed), options, hooks), hooks)
}

class WarmAvroCodec implements AvroCodec {
  readonly contentType = 'application/avro'
  readonly topics: ReadonlyMap<string, TopicWriter>
  readonly #options: AvroCodecOptions
  readonly #hooks: HookRunner<CodecHooks> | undefined
  readonly #frames = new FrameWriter()
  /** Writers' types by schema id. */
  readonly #writers = new Map<number, AvroType>()
  /** Resolvers by writer's schema id and topic; `undefined` where reader and writer are the same schema. */
  readonly #resolvers = new Map<number, Map<string, Resolver | undefined>>()

  constructor(
    topics: ReadonlyMap<string, TopicWriter>,
    options: AvroCodecOptions,
    hooks: HookRunner<CodecHooks> | undefined,
  ) {
    this.topics = topics
    this.#options = options
    this.#hooks = hooks
    for (const { schemaId, type } of topics.values()) this.#writers.set(schemaId, type)
  }

  encode(topic: string, value: unknown): Uint8Array {
    const writer = this.topics.get(topic)
    if (writer === undefined) {
      throw new CodecError(
        'TOPIC_UNKNOWN',
        `This codec has no schema for ${topic}: name it in the option topics`,
      )
    }
    try {
      return this.#frames.write(writer.writer, writer.schemaId, value)
    } catch {
      // What was thrown (a logical type may quote the value) is replaced: places and kinds, no values.
      throw new SchemaValidationError(topic, findAvroProblems(writer.type, value))
    }
  }

  decode(bytes: Uint8Array, options: DecodeOptions = {}): unknown {
    const schemaId = readFrame(bytes)
    const writer = this.#writers.get(schemaId)
    if (writer === undefined) {
      const message = `The schema with id ${schemaId} is not loaded: await codec.load(${schemaId}), or use decodeAsync`
      throw new CodecError('SCHEMA_NOT_LOADED', message, { schemaId })
    }
    const reader = options.topic === undefined ? undefined : this.topics.get(options.topic)
    const payload = Buffer.from(bytes.buffer, bytes.byteOffset + frameBytes, bytes.byteLength - frameBytes)
    if (reader === undefined || reader.schemaId === schemaId)
      return read(writer, payload, undefined, schemaId)
    return read(
      reader.type,
      payload,
      this.#resolverFor(options.topic!, reader.type, writer, schemaId),
      schemaId,
    )
  }

  async load(schemaId: number, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    if (this.#writers.has(schemaId)) return
    const { registry } = this.#options
    const found = await tellWait(this.#hooks, 'load', () => registry.schemaById(schemaId, options))
    // Compiling takes milliseconds: of a hundred records that waited for the same schema, the first one does it.
    if (this.#writers.has(schemaId)) return
    if (found.schemaType !== 'AVRO') {
      const message = `The schema with id ${schemaId} is ${found.schemaType}, this codec reads Avro`
      throw new CodecError('SCHEMA_UNSUPPORTED', message, { schemaId })
    }
    this.#writers.set(schemaId, toAvroType(found.schema, found.dependencies, this.#options, schemaId))
  }

  async decodeAsync(
    bytes: Uint8Array,
    options: DecodeOptions & { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<unknown> {
    await this.load(readFrame(bytes), options)
    return this.decode(bytes, options)
  }

  #resolverFor(topic: string, reader: AvroType, writer: AvroType, schemaId: number): Resolver | undefined {
    let byTopic = this.#resolvers.get(schemaId)
    if (byTopic === undefined) this.#resolvers.set(schemaId, (byTopic = new Map()))
    let resolver = byTopic.get(topic)
    if (resolver === undefined) byTopic.set(topic, (resolver = toResolver(reader, writer, schemaId)))
    return resolver
  }
}

function read(type: AvroType, payload: Buffer, resolver: Resolver | undefined, schemaId: number): unknown {
  try {
    return type.fromBuffer(payload, resolver) as unknown
  } catch (error) {
    const message = `The payload does not fit schema ${schemaId}: ${toError(error).message}`
    throw new CodecError('PAYLOAD_CORRUPT', message, { schemaId, cause: error })
  }
}
