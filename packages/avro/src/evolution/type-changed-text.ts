import { isPromoted } from '../reader-writer-checker.ts'
import type { RootCause } from '../root-cause.ts'
import { isValidFieldDefault } from '../valid-default.ts'
import { primitiveTypes, type PrimitiveNode, type PrimitiveType, type SchemaNode } from '../schema-node.ts'
import type { EvolutionDirection } from '../check-evolution.ts'
import { namesBeside, placeToMend, placeWords, type EvolutionSide } from './evolution-side.ts'
import type { RegistryText } from './registry-text.ts'
import { pasteField, pasteNullable, pasteType } from './schema-paste.ts'
import { typeLabel } from './type-label.ts'

/** A type that the other side's cannot be read as. */
export function typeChangedText(cause: RootCause, side: EvolutionSide): RegistryText {
  const { path, writerUnion } = cause
  const reader = cause.reader as SchemaNode
  const written = writerUnion ?? cause.writer
  const isBackward = side.direction === 'backward'
  const [before, now] = isBackward ? [written, reader] : [reader, written]
  const misfit = writerUnion === undefined ? '' : `: ${typeLabel(cause.writer)} does not fit`
  const names = namesBeside(side.proposed, placeToMend(cause, side) ?? now)
  const keep = `keep ${oldField(cause, before, side) ?? `${toMember(path)}${pasteType(before, names)}`}`
  const isOptional = writerUnion !== undefined && cause.writer.type === 'null'
  const fixes = [
    `${keep}${promotionWords(before, side.direction)}`,
    isOptional
      ? `first release ${toMember(path)}${pasteNullable(reader, names)} to all consumers`
      : (otherField(path, now, side) ?? 'put the new type under another subject'),
  ]
  return {
    ruleId: 'field-type-changed',
    message: `${side.cannotRead}: ${placeWords(path)} was ${typeLabel(before)} and is ${typeLabel(now)}${misfit}.`,
    fix: (isOptional && isBackward ? fixes.slice(0, 1) : fixes).join('; or '),
    key: `${typeLabel(before)} ${typeLabel(now)} ${typeLabel(cause.writer)}`,
  }
}

/** The whole old field where the default of the new one does not fit the old type. */
function oldField(cause: RootCause, before: SchemaNode, side: EvolutionSide): string | undefined {
  const { fields } = cause
  const now = placeToMend(cause, side)
  const was = now === fields?.reader ? fields?.writer : fields?.reader
  if (now?.default === undefined || was?.type !== before) return undefined
  if (isValidFieldDefault(before, now.default)) return undefined
  return pasteField(was, namesBeside(side.proposed, now), { name: now.name, aliases: now.aliases })
}

function toMember(path: readonly string[]): string {
  const last = path.at(-1)
  if (last === undefined) return ''
  return last === '[]' ? '"items": ' : last === '{}' ? '"values": ' : '"type": '
}

/** Which other types would do instead of the old one. */
function promotionWords(before: SchemaNode, direction: EvolutionDirection): string {
  const as = (type: PrimitiveType): PrimitiveNode => ({ ...before, type })
  if (direction === 'forward') {
    const narrower = primitiveTypes.filter((type) => isPromoted(before, as(type)))
    return narrower.length === 0 ? '' : ` (consumers on it read ${narrower.join(', ')}, too)`
  }
  const wider = primitiveTypes.filter((type) => isPromoted(as(type), before))
  return wider.length === 0 ? '' : ` (new consumers may read it as ${wider.join(', ')}, too)`
}

function otherField(path: readonly string[], now: SchemaNode, side: EvolutionSide): string | undefined {
  const name = path.findLast((step) => step !== '[]' && step !== '{}')
  if (name === undefined) return undefined
  const isInside = path.at(-1) === '[]' || path.at(-1) === '{}'
  // What it takes to hold the new type inside of an array or a map is another field with another array or map.
  if (isInside) return `keep \`${name}\` and add another field for the new type`
  const type = pasteNullable(now, namesBeside(side.proposed, now))
  return `keep it and add { "name": ${JSON.stringify(`${name}2`)}, "type": ${type}, "default": null }`
}
