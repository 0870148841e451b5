import type { EvolutionDirection } from '../check-evolution.ts'
import type { ParsedSchema, SchemaNode } from '../schema-node.ts'
import { isPromoted } from '../reader-writer-checker.ts'
import { isAmbiguousUnion } from '../typescript/type-expression.ts'
import type { AdviceDraft } from './advice-draft.ts'
import { namesBeside, placeWords } from './evolution-side.ts'
import { changedDoc, changedMetadata } from './metadata-advice.ts'
import type { MatchedTypes } from './match-schemas.ts'
import { pasteNullable, pasteType, textList } from './schema-paste.ts'
import { kindLabel, logicalLabel, typeLabel } from './type-label.ts'

/** What a rule about a type may ask for beside the type. */
export interface AdviceContext {
  readonly proposed: ParsedSchema
  readonly directions: readonly EvolutionDirection[]
}

type TypeRule = (match: MatchedTypes, context: AdviceContext) => AdviceDraft | undefined

const rules: readonly TypeRule[] = [
  changedLogicalType,
  removedEnumDefault,
  changedWrapping,
  changedTypeDoc,
  changedTypeMetadata,
]

type DirectedRule = (
  match: MatchedTypes,
  direction: EvolutionDirection,
  context: AdviceContext,
) => AdviceDraft | undefined

const directedRules: readonly DirectedRule[] = [collapsingEnum, lossyPromotion, swappedBytes]

/** What may be unwise about a change of one type. */
export function adviseOnType(match: MatchedTypes, context: AdviceContext): readonly AdviceDraft[] {
  return [
    ...rules.map((rule) => rule(match, context)),
    ...context.directions.flatMap((direction) =>
      directedRules.map((rule) => rule(match, direction, context)),
    ),
  ].filter((draft) => draft !== undefined)
}

/** How consumers are called who read in a direction, and what they read. */
const readers: Readonly<Record<EvolutionDirection, string>> = {
  backward: 'New consumers of old events',
  forward: 'Consumers still on the old schema',
}

function changedLogicalType(
  { path, before, now }: MatchedTypes,
  { proposed }: AdviceContext,
): AdviceDraft | undefined {
  const [was, is] = [logicalLabel(before), logicalLabel(now)]
  if (was === is || before.type === 'union' || now.type === 'union') return undefined
  // Else a registry has a word on it already.
  const isRead = before.type === now.type || isPromoted(now, before) || isPromoted(before, now)
  if (!isRead) return undefined
  const keep = pasteType(before, namesBeside(proposed, now))
  return {
    ruleId: 'logical-type-changed',
    path,
    before,
    now,
    message: `${placeWords(path)} was ${was ?? before.type} and is ${is ?? now.type}: registries do not look at logical types, so the same bytes mean something else without a word.`,
    fix: `keep "type": ${keep}${besides(path, now, proposed)}`,
    key: `${was ?? before.type} ${is ?? now.type}`,
  }
}

/** How to bring in a new type without taking the old one away. */
function besides(path: readonly string[], now: SchemaNode, proposed: ParsedSchema): string {
  const name = path.at(-1)
  if (name === undefined || name === '[]' || name === '{}') return ''
  const type = pasteNullable(now, namesBeside(proposed, now))
  return `, and add { "name": ${JSON.stringify(`${name}2`)}, "type": ${type}, "default": null } for the new one`
}

function removedEnumDefault({ path, before, now }: MatchedTypes): AdviceDraft | undefined {
  if (before.type !== 'enum' || now.type !== 'enum') return undefined
  if (before.default === undefined || now.default !== undefined) return undefined
  // A registry has a word on it already.
  if (before.symbols.some((symbol) => !now.symbols.includes(symbol))) return undefined
  return {
    ruleId: 'enum-default-removed',
    path,
    before,
    now,
    message: `The enum ${now.name} has no default any more: consumers on this schema will not read a symbol that is added later, where they read ${before.default} until now.`,
    fix: `"default": ${JSON.stringify(before.default)} in enum ${now.name}`,
    key: before.default,
  }
}

/** avsc's generated types hold a value as it is, or in an object that names its branch. */
function changedWrapping({ path, before, now }: MatchedTypes): AdviceDraft | undefined {
  if (now.type !== 'union') return undefined
  const [was, is] = [isWrapped(before), isWrapped(now)]
  if (was === is) return undefined
  const branch = now.branches.find(({ type }) => type !== 'null')
  const example =
    branch === undefined
      ? 'null'
      : `{ ${JSON.stringify('fullName' in branch ? branch.fullName : branch.type)}: value }`
  return {
    ruleId: 'wrapped-union',
    path,
    before,
    now,
    message: is
      ? `Values of ${placeWords(path)} are wrapped from now on, as in ${example}, since branches of ${typeLabel(now)} look alike in JavaScript: code that writes or reads them must change.`
      : `Values of ${placeWords(path)} are wrapped no more, since the branches of ${typeLabel(now)} look different in JavaScript: code that writes or reads them must change.`,
    fix: is
      ? `keep ${typeLabel(before)}, and put the new branch into a field of its own; or generate types with wrapUnions: 'always' for all schemas`
      : `change the code together with the schema; or generate types with wrapUnions: 'always' for all schemas`,
    key: `${typeLabel(before)} ${typeLabel(now)}`,
  }
}

function isWrapped(node: SchemaNode): boolean {
  const context = {
    names: new Map<string, string>(),
    wrapUnions: 'auto',
    long: 'number',
    logicalTypes: {},
  } as const
  return node.type === 'union' && isAmbiguousUnion(node, context)
}

function changedTypeDoc({ path, before, now }: MatchedTypes): AdviceDraft | undefined {
  return 'doc' in before && 'doc' in now ? changedDoc(path, before, now, kindLabel(now)) : undefined
}

const logicalProperties: ReadonlySet<string> = new Set(['logicalType', 'precision', 'scale'])

function changedTypeMetadata({ path, before, now }: MatchedTypes): AdviceDraft | undefined {
  return changedMetadata(path, before, now, kindLabel(now), logicalProperties)
}

function collapsingEnum(
  { path, before, now }: MatchedTypes,
  direction: EvolutionDirection,
): AdviceDraft | undefined {
  if (before.type !== 'enum' || now.type !== 'enum') return undefined
  const [reader, writer] = direction === 'backward' ? [now, before] : [before, now]
  if (reader.default === undefined) return undefined
  const unknown = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol))
  if (unknown.length === 0) return undefined
  const list = unknown.join(', ')
  return {
    ruleId: 'enum-unknown-collapses',
    direction,
    path,
    symbols: unknown,
    before,
    now,
    message: `${readers[direction]} read ${list} as ${reader.default}, the default of enum ${reader.name}: which it was is lost.`,
    fix:
      direction === 'backward'
        ? `keep "symbols": ${textList([...now.symbols, ...unknown])}`
        : `write ${list} only when all consumers have a version with "symbols": ${textList(now.symbols)}`,
    key: unknown.toSorted().join(','),
  }
}

const exactUpTo: Readonly<Record<string, string>> = { float: '2^24', double: '2^53' }
const lossy: Readonly<Record<string, readonly string[]>> = { float: ['int', 'long'], double: ['long'] }

function lossyPromotion(
  { path, before, now }: MatchedTypes,
  direction: EvolutionDirection,
  { proposed }: AdviceContext,
): AdviceDraft | undefined {
  const [reader, writer] = direction === 'backward' ? [now, before] : [before, now]
  if (lossy[reader.type]?.includes(writer.type) !== true) return undefined
  const keep =
    direction === 'backward'
      ? `keep "type": ${pasteType(before, new Set())}`
      : `keep "type": ${pasteType(before, new Set())}, as old consumers have it`
  return {
    ruleId: 'lossy-promotion',
    direction,
    path,
    before,
    now,
    message: `${readers[direction]} read ${placeWords(path)} as ${reader.type} where it was written as ${writer.type}: above ${exactUpTo[reader.type]} whole numbers are rounded.`,
    fix: `${keep}${besides(path, now, proposed)}`,
    key: `${writer.type} ${reader.type}`,
  }
}

function swappedBytes(
  { path, before, now }: MatchedTypes,
  direction: EvolutionDirection,
  { proposed }: AdviceContext,
): AdviceDraft | undefined {
  const [reader, writer] = direction === 'backward' ? [now, before] : [before, now]
  const types = `${writer.type} ${reader.type}`
  if (types !== 'string bytes' && types !== 'bytes string') return undefined
  return {
    ruleId: 'string-bytes-swap',
    direction,
    path,
    before,
    now,
    message:
      reader.type === 'string'
        ? `${readers[direction]} read the bytes of ${placeWords(path)} as text: what is no UTF-8 is damaged.`
        : `${readers[direction]} read the text of ${placeWords(path)} as bytes, and code that expects one gets the other.`,
    fix: `keep "type": ${pasteType(before, new Set())}${besides(path, now, proposed)}`,
    key: types,
  }
}
