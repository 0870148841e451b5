import { createHash } from 'node:crypto'
import { AvroSchemaError } from '../avro-schema-error.ts'
import { partsOf } from '../parts-of.ts'
import type { SchemaNode, UnionNode } from '../schema-node.ts'
import { toDocComment } from './doc-comment.ts'
import { importedTypes, type LogicalTypeMappings } from './logical-mapping.ts'
import { declaredSuffixes, toNamedDeclaration } from './named-declaration.ts'
import { assertNoProblems, compareText, parseSchemaSet } from './parse-schema-set.ts'
import type { SchemaSet, SetMember, TypesSource } from './parse-schema-set.ts'
import { toSchemaLiteral } from './schema-literal.ts'
import { isAmbiguousUnion, quoteKey, quoteText, toTypeExpression } from './type-expression.ts'
import type { ExpressionContext } from './type-expression.ts'
import { resolveTypeNames, toPascalCase, type NameClaim } from './type-names.ts'
import { TypesError, type SchemaSetProblem } from './types-error.ts'

/** How values appear in JavaScript. The same settings must hold for the codec, or the types say what is not so. */
export interface GenerateTypesOptions {
  /**
   * Whether a union's value is wrapped in an object that names its branch; `auto` is avsc's own rule.
   *
   * @defaultValue `'auto'`
   */
  readonly wrapUnions?: 'auto' | 'always' | 'never' | undefined
  /**
   * What a long is: a number (avsc refuses what is not safe), or a bigint where the codec was told so by its option of
   * the same name: every long without a mapped logical type.
   *
   * @defaultValue `'number'`
   */
  readonly long?: 'number' | 'bigint' | undefined
  /**
   * The logical types that the codec has a class for, by name; the codec's own map will do where its classes say their
   * `type`, as `standardLogicalTypes` of `@headwater/schemas` do. Default: none, a logical type is its underlying type,
   * as it is in a codec without classes.
   */
  readonly logicalTypes?: LogicalTypeMappings | undefined
}

/**
 * Writes one TypeScript module for a set of Avro schemas: what avsc gives for each type (`Order`), what it takes
 * (`OrderInput`: fields with a default may be left out), the symbols of enums, the schemas themselves, their
 * fingerprints, and payloads by event name (`Events`, `EventInputs`). The same set gives the same text, in whatever
 * order it comes.
 *
 * @throws TypesError
 */
export function generateTypes(sources: readonly TypesSource[], options: GenerateTypesOptions = {}): string {
  const settings = {
    wrapUnions: options.wrapUnions ?? 'auto',
    long: options.long ?? 'number',
    logicalTypes: options.logicalTypes ?? {},
  } as const
  assertDistinctSources(sources)
  const imports = importedTypes(settings.logicalTypes)
  const set = parseSchemaSet(sources)
  const globals = Object.values(settings.logicalTypes).flatMap(
    ({ type }) => type.match(/[A-Za-z_$][\w$]*/g) ?? [],
  )
  const names = resolveTypeNames(toClaims(set, settings), new Set([...imports.keys(), ...globals]))
  const context: ExpressionContext = { names, ...settings }
  assertNoProblems([...unionProblems(set, context), ...prototypeProblems(set), ...eventProblems(set)])

  const named = [...set.types.values()].toSorted((a, b) =>
    compareText(names.get(a.fullName)!, names.get(b.fullName)!),
  )
  const body = [
    ...named.map((node) => toNamedDeclaration(node, context)),
    ...rootsOf(set).flatMap((member) => toRootDeclaration(member, context)),
    ...toEventMap(set, context),
  ].join('\n')
  return `${toHead(body, imports)}${body}`
}

const rootKey = (member: SetMember): string =>
  'fullName' in member.root ? member.root.fullName : `source:${member.source.name}`

/** One member for each root: a schema may be in the set twice. */
function rootsOf(set: SchemaSet): readonly SetMember[] {
  return [
    ...new Map(set.members.toReversed().map((member) => [rootKey(member), member])).values(),
  ].toReversed()
}

function toClaims(set: SchemaSet, settings: Pick<ExpressionContext, 'logicalTypes'>): NameClaim[] {
  const roots = new Set(set.members.map(rootKey))
  const named = [...set.types.values()].map((node): NameClaim => {
    const suffixes = [...declaredSuffixes(node, settings), ...(roots.has(node.fullName) ? ['Schema'] : [])]
    const long = `${toPascalCase(node.namespace ?? '')}${node.name}`
    return { key: node.fullName, wishes: [...new Set([node.name, long])], suffixes }
  })
  const unnamed = set.members.filter(({ root }) => !('fullName' in root))
  return [...named, ...unnamed.map((member) => toUnnamedClaim(member))]
}

/** A root without a name of its own is named after its source: `schemas/any-event.avsc` is `AnyEvent`. */
function toUnnamedClaim(member: SetMember): NameClaim {
  const path = member.source.name.replace(/\.[^./\\]*$/, '')
  const short = toPascalCase(path.split(/[/\\]/).at(-1)!)
  const wishes = [short, toPascalCase(path), 'Schema'].filter((wish) => wish !== '')
  return { key: rootKey(member), wishes: [...new Set(wishes)], suffixes: ['Input', 'Schema'] }
}

function toRootDeclaration(member: SetMember, context: ExpressionContext): string[] {
  const { root, source } = member
  const name = context.names.get(rootKey(member))!
  const { initializer } = toSchemaLiteral(root)
  const schema = `${toDocComment({ facts: [`The schema of {@link ${name}}, with every type written out.`] })}export const ${name}Schema${initializer}\n`
  if ('fullName' in root) return [schema]
  const doc = toDocComment({ facts: [`Avro: the schema ${source.name}`] })
  return [
    `${doc}export type ${name} = ${toTypeExpression(root, 'decoded', context)}\n`,
    `/** What is written as {@link ${name}}. */\nexport type ${name}Input = ${toTypeExpression(root, 'input', context)}\n`,
    schema,
  ]
}

/** Roots of the same type are one event unless they name two. */
function eventsOf(set: SchemaSet): ReadonlyMap<string, readonly SetMember[]> {
  const events = new Map<string, SetMember[]>()
  for (const member of set.members) {
    const event = eventOf(member)
    if (event === undefined) continue
    const others = events.get(event) ?? []
    if (others.some((other) => rootKey(other) === rootKey(member))) continue
    events.set(event, [...others, member])
  }
  return new Map([...events].toSorted(([a], [b]) => compareText(a, b)))
}

function eventOf({ source, root }: SetMember): string | undefined {
  if (source.event !== undefined) return source.event
  const property = root.properties.get('x-event')
  if (property?.kind === 'string') return property.value
  return root.type === 'record' ? root.fullName : undefined
}

function toEventMap(set: SchemaSet, context: ExpressionContext): string[] {
  const events = [...eventsOf(set)].map(([event, [member]]) => ({ key: quoteKey(event), member: member! }))
  const nameOf = (member: SetMember): string => context.names.get(rootKey(member))!
  const typeOf = (member: SetMember, side: 'decoded' | 'input'): string =>
    'fullName' in member.root
      ? toTypeExpression(member.root, side, context)
      : `${nameOf(member)}${side === 'input' ? 'Input' : ''}`
  const fingerprints = new Map(
    rootsOf(set).map((member) => [`${nameOf(member)}Schema`, fingerprintOf(member.root)]),
  )
  const block = (head: string, lines: readonly string[]): string =>
    lines.length === 0 ? `${head}}\n` : `${head}\n${lines.join('\n')}\n}\n`
  return [
    `/** Payloads by event name, as they are read. */\n${block(
      'export type Events = {',
      events.map(({ key, member }) => `  ${key}: ${typeOf(member, 'decoded')}`),
    )}`,
    `/** Payloads by event name, as they are published. */\n${block(
      'export type EventInputs = {',
      events.map(({ key, member }) => `  ${key}: ${typeOf(member, 'input')}`),
    )}`,
    // With its type written out, so that the module can be part of a project with isolatedDeclarations.
    `/** Schemas by event name. */\n${block(
      'export const eventSchemas: {',
      events.map(({ key, member }) => `  readonly ${key}: typeof ${nameOf(member)}Schema`),
    ).slice(0, -1)} = ${block(
      '{',
      events.map(({ key, member }) => `  ${key}: ${nameOf(member)}Schema,`),
    )}`,
    `/** SHA-256 of the schemas' canonical texts, by the name of their constant. */\n${block(
      'export const schemaFingerprints = {',
      [...fingerprints].map(([name, fingerprint]) => `  ${name}: '${fingerprint}',`),
    ).slice(0, -1)} as const\n`,
  ]
}

function fingerprintOf(root: SchemaNode): string {
  return createHash('sha256').update(toSchemaLiteral(root).canonical).digest('hex')
}

function toHead(body: string, imports: ReadonlyMap<string, string>): string {
  // What docs, texts and names of properties say is no use of a type, and an import that is not used may not compile.
  const code = body.replaceAll(/\/\*\*[^]*?\*\/|'(?:[^'\\\n]|\\.)*'/g, '')
  const used = (name: string): boolean =>
    new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$]|\\??:)`).test(code)
  const lines = [...imports]
    .filter(([type]) => used(type))
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([type, from]) => `import type { ${type} } from ${quoteText(from)}\n`)
  if (used('Buffer')) lines.unshift("import type { Buffer } from 'node:buffer'\n")
  const oneOf = code.includes('OneOf<')
    ? '/** Exactly one of the members. */\n' +
      'type OneOf<T> = {\n  [K in keyof T]: { [P in K]: T[P] } & { readonly [P in Exclude<keyof T, K>]?: never }\n}[keyof T]\n\n'
    : ''
  const note =
    '// Generated by Headwater from Avro schemas. Do not edit: change the schema and generate again.\n/* eslint-disable */\n'
  return `${note}${lines.length === 0 ? '' : '\n'}${lines.join('')}\n${oneOf}`
}

/** avsc refuses to compile these. */
function unionProblems(set: SchemaSet, context: ExpressionContext): SchemaSetProblem[] {
  if (context.wrapUnions !== 'never') return []
  return set.members.flatMap(({ source, root, own }) =>
    [root, ...[...own.values()].flatMap(partsOf).map(({ type }) => type)]
      .flatMap(unionsIn)
      .flatMap((node): SchemaSetProblem[] => {
        if (!isAmbiguousUnion(node, context)) return []
        const reason = 'a union whose branches look alike in JavaScript, which cannot stay unwrapped'
        return [{ source: source.name, error: new AvroSchemaError(reason, node, node.pointer) }]
      }),
  )
}

/** The unions of a type, down to named types. */
function unionsIn(node: SchemaNode): readonly UnionNode[] {
  if (node.type === 'array') return unionsIn(node.items)
  if (node.type === 'map') return unionsIn(node.values)
  return node.type === 'union' ? [node, ...node.branches.flatMap(unionsIn)] : []
}

/** avsc sets them as properties, which for this one name sets a prototype: the value is lost without a word. */
function prototypeProblems(set: SchemaSet): SchemaSetProblem[] {
  return set.members.flatMap(({ source, own }) =>
    [...own.values()].flatMap((node): SchemaSetProblem[] => {
      const field = node.type === 'record' ? node.fields.find(({ name }) => name === '__proto__') : undefined
      const symbol = node.type === 'enum' && node.symbols.includes('__proto__') ? node : undefined
      const place = field ?? symbol
      if (place === undefined) return []
      const reason = 'the name __proto__, which no JavaScript codec can carry'
      return [{ source: source.name, error: new AvroSchemaError(reason, place, place.pointer) }]
    }),
  )
}

function eventProblems(set: SchemaSet): SchemaSetProblem[] {
  return [...eventsOf(set)].flatMap(([event, [first, ...others]]) =>
    others.map(({ source, root }) => {
      const reason = `the event ${event} is already that of ${first!.source.name}: give one of them another x-event`
      return { source: source.name, error: new AvroSchemaError(reason, root, root.pointer) }
    }),
  )
}

/** Two sources of one name cannot be told apart in messages. */
function assertDistinctSources(sources: readonly TypesSource[]): void {
  const names = sources.map(({ name }) => name)
  const seen = new Set<string>()
  const twice = names.find((name) => seen.size === seen.add(name).size)
  if (twice !== undefined) throw new TypesError('TYPES_OPTION_INVALID', `two sources have the name ${twice}`)
}
