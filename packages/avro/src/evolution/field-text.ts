import { canonicalNodeText } from '../canonical-text.ts'
import type { RootCause } from '../root-cause.ts'
import { findWriterField } from '../reader-writer-checker.ts'
import type { FieldNode, RecordNode } from '../schema-node.ts'
import { namesBeside, type EvolutionSide } from './evolution-side.ts'
import type { RegistryText } from './registry-text.ts'
import { pasteField, pasteNullable } from './schema-paste.ts'

/** A field that the reader has and the writer has not, without a default: new, gone, or under another name. */
export function fieldMissingText(cause: RootCause, side: EvolutionSide): RegistryText {
  const field = cause.reader as FieldNode
  const record = cause.writer as RecordNode
  const isBackward = side.direction === 'backward'
  const names = namesBeside(side.proposed, isBackward ? field : undefined)
  const optional = pasteField(field, names, { type: pasteNullable(field.type, names), default: 'null' })
  const twin = findTwin(field, record, cause.readerRecord)
  if (twin !== undefined) return fieldRenamedText(field, twin, optional, side)
  return isBackward
    ? {
        ruleId: 'field-no-default',
        message: `${side.cannotRead}: they have no \`${field.name}\` and it has no default.`,
        fix: optional,
        key: field.name,
      }
    : {
        ruleId: 'field-removed',
        message: `${side.cannotRead}: \`${field.name}\` is gone, and it has no default there.`,
        fix: `keep ${pasteField(field, names)}; to remove it, first release ${optional} and wait until all consumers have it`,
        key: field.name,
      }
}

function fieldRenamedText(
  missing: FieldNode,
  twin: FieldNode,
  optional: string,
  side: EvolutionSide,
): RegistryText {
  const isBackward = side.direction === 'backward'
  const [before, now] = isBackward ? [twin, missing] : [missing, twin]
  const names = namesBeside(side.proposed, isBackward ? now : undefined)
  const aliased = pasteField(now, names, { aliases: [...now.aliases, before.name] })
  return {
    ruleId: 'field-renamed',
    message: isBackward
      ? `${side.cannotRead}: they have no \`${now.name}\`, but \`${before.name}\` of the same type, which is gone.`
      : `${side.cannotRead}: \`${before.name}\` is gone, and they do not know \`${now.name}\` of the same type.`,
    fix: isBackward
      ? `if it is the same field: ${aliased}; if not: ${optional}`
      : `an alias helps new consumers only: keep ${pasteField(before, names)} and add the other beside it, with a default`,
    key: `${before.name} ${now.name}`,
  }
}

/** The one field of the other side that stands alone and has the same type: at the same place, or the only one. */
function findTwin(field: FieldNode, other: RecordNode, own: RecordNode | undefined): FieldNode | undefined {
  if (own === undefined) return undefined
  const type = canonicalNodeText(field.type)
  const matched = new Set(own.fields.map((each) => findWriterField(each, other)))
  const alone = other.fields.filter((each) => !matched.has(each) && canonicalNodeText(each.type) === type)
  const rivals = own.fields.filter(
    (each) => findWriterField(each, other) === undefined && canonicalNodeText(each.type) === type,
  )
  const samePlace = alone.find((each) => other.fields.indexOf(each) === own.fields.indexOf(field))
  return samePlace ?? (alone.length === 1 && rivals.length === 1 ? alone[0] : undefined)
}

/** A field whose name and aliases fit two fields of the other side, on which Avro Java gives up. */
export function ambiguousAliasText(cause: RootCause, side: EvolutionSide): RegistryText {
  const field = cause.reader as FieldNode
  const record = cause.writer as RecordNode
  const fitting = [field.name, ...field.aliases].filter((name) =>
    record.fields.some((each) => each.name === name),
  )
  const surplus = fitting.slice(1)
  const kept = field.aliases.filter((alias) => !surplus.includes(alias))
  return {
    ruleId: 'ambiguous-alias',
    message: `${side.cannotRead}: \`${field.name}\` and its aliases fit several fields there: ${fitting.join(', ')}.`,
    fix:
      side.direction === 'backward'
        ? `remove ${surplus.map((name) => JSON.stringify(name)).join(', ')} from the aliases: ${pasteField(field, namesBeside(side.proposed, field), { aliases: kept })}`
        : `keep only one of the fields ${fitting.join(', ')}: the aliases of the old schema stay as they are`,
    key: fitting.join(' '),
  }
}
