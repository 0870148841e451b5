import { checkReaderWriter, parseSchema, type ParsedSchema } from '@headwater/avro'
import type { AvroCodecOptions, TopicSchema } from './avro-codec-options.ts'
import { toAvroType, type AvroType } from './avro-type.ts'
import { CodecError } from './codec-error.ts'
import { toSubject } from './subject-name.ts'
import { createWriter } from './writer/create-writer.ts'
import type { Writer } from './writer/sink.ts'

/** All that encoding for a topic needs, once the registry has been asked. */
export interface TopicWriter {
  readonly schemaId: number
  readonly subject: string
  readonly type: AvroType
  readonly writer: Writer
}

/** Asks the registry for the id of a topic's schema, or for the latest one, and compiles it. */
export async function warmTopic(
  name: string,
  settings: TopicSchema,
  options: AvroCodecOptions,
): Promise<TopicWriter> {
  const { registry } = options
  const given = await parseGiven(settings, options)
  const subject = settings.subject ?? nameSubject(name, settings, given?.parsed, options)
  if (settings.useLatest ?? options.useLatest ?? false) {
    const latest = await registry.latest(subject)
    if (given !== undefined) assertReadable(name, subject, latest, given.parsed)
    return toWriter(latest.id, subject, toAvroType(latest.schema, latest.dependencies, options, latest.id))
  }
  if (given === undefined) {
    throw new CodecError(
      'CODEC_OPTIONS_INVALID',
      `The topic ${name} has no schema: give one, or set useLatest`,
    )
  }
  const input = { schema: given.parsed.text, references: settings.references }
  const id = await ((options.autoRegister ?? true)
    ? registry.register(subject, input)
    : registry.idOf(subject, input))
  return toWriter(id, subject, toAvroType(given.parsed.text, given.dependencies, options, id))
}

function toWriter(schemaId: number, subject: string, type: AvroType): TopicWriter {
  return { schemaId, subject, type, writer: createWriter(type) }
}

async function parseGiven(
  settings: TopicSchema,
  options: AvroCodecOptions,
): Promise<{ parsed: ParsedSchema; dependencies: readonly string[] } | undefined> {
  if (settings.schema === undefined) return undefined
  const text = typeof settings.schema === 'string' ? settings.schema : JSON.stringify(settings.schema)
  const dependencies = await options.registry.resolveReferences(settings.references ?? [])
  return { parsed: parseSchema(text, { references: parseAll(dependencies) }), dependencies }
}

/** Each text may use the types of those before it. */
function parseAll(texts: readonly string[]): ParsedSchema[] {
  const parsed: ParsedSchema[] = []
  for (const text of texts) parsed.push(parseSchema(text, { references: [...parsed] }))
  return parsed
}

function nameSubject(
  name: string,
  settings: TopicSchema,
  parsed: ParsedSchema | undefined,
  options: AvroCodecOptions,
): string {
  const root = parsed?.root
  return toSubject(settings.strategy ?? options.subjectNameStrategy ?? 'topic', {
    topic: settings.topic ?? name,
    part: options.part ?? 'value',
    recordName: root !== undefined && 'fullName' in root ? root.fullName : undefined,
  })
}

function assertReadable(
  name: string,
  subject: string,
  latest: { readonly schema: string; readonly dependencies: readonly string[] },
  given: ParsedSchema,
): void {
  const reader = parseSchema(latest.schema, { references: parseAll(latest.dependencies) })
  const result = checkReaderWriter(reader, given)
  if (result.compatible) return
  const [first] = result.incompatibilities
  const why = first === undefined ? result.exception : `${first.type} at ${first.location}: ${first.message}`
  const message = `The latest schema of ${subject} cannot stand for the given one of ${name}: ${why}`
  throw new CodecError('SCHEMA_MISMATCH', message)
}
