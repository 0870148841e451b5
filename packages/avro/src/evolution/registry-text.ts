import type { RegistryRuleId } from '../evolution-rule-id.ts'
import type { RootCause } from '../root-cause.ts'
import { namesBeside, placeToMend, placeWords, type EvolutionSide } from './evolution-side.ts'
import { ambiguousAliasText, fieldMissingText } from './field-text.ts'
import { pasteType, textList } from './schema-paste.ts'
import { typeChangedText } from './type-changed-text.ts'
import { kindLabel, typeLabel } from './type-label.ts'

/** What people read about a cause, and what tells it from others. */
export interface RegistryText {
  readonly ruleId: RegistryRuleId
  readonly message: string
  readonly fix: string
  readonly key: string
}

type Write = (cause: RootCause, side: EvolutionSide) => RegistryText

const writers: Readonly<Record<RootCause['type'], Write>> = {
  READER_FIELD_MISSING_DEFAULT_VALUE: fieldMissingText,
  TYPE_MISMATCH: typeChangedText,
  MISSING_ENUM_SYMBOLS: enumSymbolsText,
  NAME_MISMATCH: typeRenamedText,
  FIXED_SIZE_MISMATCH: fixedSizeText,
  MISSING_UNION_BRANCH: unionBranchText,
  AMBIGUOUS_ALIAS: ambiguousAliasText,
}

/** The rule, the sentence and the fix for a root cause. */
export function toRegistryText(cause: RootCause, side: EvolutionSide): RegistryText {
  return writers[cause.type](cause, side)
}

/** Symbols that are likely to be meant for what is not known. */
const catchAll = /^(unknown|unspecified|undefined|other|none)$/i

function enumSymbolsText({ reader, writer, symbols = [] }: RootCause, side: EvolutionSide): RegistryText {
  if (!('symbols' in reader) || !('symbols' in writer)) throw new TypeError('symbols are those of enums')
  const missing = symbols.join(', ')
  const key = symbols.toSorted().join(',')
  const fallback = reader.symbols.find((symbol) => catchAll.test(symbol)) ?? reader.symbols[0]
  const byDefault = `"default": ${JSON.stringify(writer.default ?? fallback ?? 'UNKNOWN')} in enum ${reader.name}`
  if (side.direction === 'backward') {
    const lost = writer.default === undefined ? 'has no default' : 'has no default any more'
    const all = [...reader.symbols, ...symbols]
    return {
      ruleId: 'enum-symbol-removed',
      message: `New consumers cannot decode ${missing} of events written with the old schema (enum ${reader.name} ${lost}).`,
      fix: `keep "symbols": ${textList(all)}, or put ${byDefault} (a default of the field does not help)`,
      key,
    }
  }
  return {
    ruleId: 'enum-symbol-added',
    message: `Consumers still on the old schema cannot decode ${missing} (enum ${reader.name} has no default there).`,
    fix: `release a version with "default": ${JSON.stringify(fallback ?? 'UNKNOWN')} in enum ${reader.name} first, or use mode BACKWARD`,
    key,
  }
}

function typeRenamedText({ path, reader, writer }: RootCause, side: EvolutionSide): RegistryText {
  if (!('fullName' in reader) || !('fullName' in writer))
    throw new TypeError('names are those of named types')
  const isBackward = side.direction === 'backward'
  const [before, now] = isBackward ? [writer, reader] : [reader, writer]
  const aliases = [...now.aliases, before.fullName]
  // An alias without a namespace takes that of its type, and Avro Java takes no dot for the null namespace.
  const canAlias = before.namespace !== undefined || now.namespace === undefined
  return {
    ruleId: 'type-renamed',
    message: `${side.cannotRead}: ${now.type} ${before.fullName}${path.length === 0 ? '' : ` of ${placeWords(path)}`} is ${now.fullName} now.`,
    fix:
      isBackward && canAlias
        ? `"aliases": ${textList(aliases)} in ${now.type} ${now.name}, or keep "name": ${JSON.stringify(before.name)}`
        : `keep "name": ${JSON.stringify(before.name)}: an alias ${isBackward ? 'cannot name a type without a namespace from within one' : 'helps new consumers only'}`,
    key: `${before.fullName} ${now.fullName}`,
  }
}

function fixedSizeText({ path, reader, writer }: RootCause, side: EvolutionSide): RegistryText {
  if (!('size' in reader) || !('size' in writer)) throw new TypeError('sizes are those of fixed types')
  const [before, now] = side.direction === 'backward' ? [writer, reader] : [reader, writer]
  const name = `${now.name}${now.size}`
  const type = `{ "type": "fixed", "name": ${JSON.stringify(name)}, "size": ${now.size} }`
  const field = path.findLast((step) => step !== '[]' && step !== '{}') ?? now.name
  return {
    ruleId: 'fixed-size-changed',
    message: `${side.cannotRead}: fixed ${now.name} of ${placeWords(path)} had ${before.size} bytes and has ${now.size}.`,
    fix: `keep "size": ${before.size}; put the new size into a new type and a new field: { "name": ${JSON.stringify(`${field}${now.size}`)}, "type": ["null", ${type}], "default": null }`,
    key: `${before.size} ${now.size}`,
  }
}

function unionBranchText(cause: RootCause, side: EvolutionSide): RegistryText {
  const { path, reader, writer, causes } = cause
  if (!('branches' in reader)) throw new TypeError('branches are those of unions')
  const names = namesBeside(side.proposed, placeToMend(cause, side) ?? reader)
  const branches = [...reader.branches, writer].map((branch) => pasteType(branch, names))
  const type = `"type": [${branches.join(', ')}]`
  const where = placeWords(path)
  const similar = causes?.find(({ type: what }) => what === 'NAME_MISMATCH')?.reader
  const nothing = `${side.cannotRead}: ${typeLabel(reader)} of ${where} has no branch that reads ${kindLabel(writer)}`
  return {
    ruleId: similar === undefined ? 'union-branch-missing' : 'union-branch-incompatible',
    message:
      similar === undefined || !('fullName' in similar)
        ? `${nothing}.`
        : `${nothing}; ${similar.name}, the most similar, has another name and more that does not fit.`,
    fix:
      side.direction === 'backward'
        ? `keep the branch: ${type}`
        : `first release ${type} to all consumers, and write ${typeLabel(writer)} when they have it`,
    key: typeLabel(writer),
  }
}
