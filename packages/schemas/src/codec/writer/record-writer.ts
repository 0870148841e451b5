import type { AvroType } from '../avro-type.ts'
import { fieldsOf } from '../avro-type-parts.ts'
import { isRecordObject, memberOf } from '../object-kind.ts'
import type { WriterOf } from './create-writer.ts'
import { misfit, writeAlone, writeRaw, type Sink, type Writer } from './sink.ts'

type Members = Readonly<Record<string, unknown>>
type FieldsWriter = (sink: Sink, record: Members) => void

/** The writer of a record: an object that can be one, without fields that the schema does not have. */
export function recordWriter(type: AvroType, writerOf: WriterOf): Writer {
  const assertDeclared = declaredGuard(fieldsOf(type).map(({ name }) => name))
  const writeFields = fieldsWriter(type, writerOf)
  return (sink, value) => {
    if (!isRecordObject(value)) throw misfit
    assertDeclared(value)
    writeFields(sink, value)
  }
}

/**
 * A function made of text, one line a field, as avsc makes its own: `record.total` is several times quicker than
 * `record[name]` in a loop that is shared by all schemas. Names of fields are identifiers, so nothing else gets in.
 */
function fieldsWriter(type: AvroType, writerOf: WriterOf): FieldsWriter {
  const fields = fieldsOf(type)
  const writers = fields.map((field) => writerOf(field.type))
  // On first use: a default may need the writer that is being made.
  const defaults: (Uint8Array | undefined)[] = []
  const writeDefault = (sink: Sink, at: number): void =>
    writeRaw(sink, (defaults[at] ??= writeAlone(writers[at]!, fields[at]!.defaultValue())))
  const lines = fields.map((field, at) => {
    const { name } = field
    const read = name in Object.prototype ? `memberOf(record, '${name}')` : `record.${name}`
    if (field.defaultValue() === undefined) return `write${at}(sink, ${read})`
    return `const v${at} = ${read}; if (v${at} === undefined) writeDefault(sink, ${at}); else write${at}(sink, v${at})`
  })
  const parameters = writers.map((_, at) => `write${at}`)
  const body = `return (sink, record) => {\n${lines.join('\n')}\n}`
  // oxlint-disable-next-line typescript/no-implied-eval
  const make = new Function('memberOf', 'writeDefault', ...parameters, body) as (
    ...given: readonly unknown[]
  ) => FieldsWriter
  return make(memberOf, writeDefault, ...writers)
}

/**
 * Members come in the order of the fields as a rule, which makes most of this a comparison of two pointers; the map is
 * for those that do not.
 */
function declaredGuard(names: readonly string[]): (record: Members) => void {
  const positions = new Map(names.map((name, at) => [name, at]))
  return (record) => {
    let next = 0
    for (const key in record) {
      if (key === names[next]) {
        next++
        continue
      }
      const at = positions.get(key)
      if (at !== undefined) next = at + 1
      else if (record[key] !== undefined && Object.hasOwn(record, key)) throw misfit
    }
  }
}
