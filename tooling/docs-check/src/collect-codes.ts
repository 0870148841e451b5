import { parseSync, Visitor } from 'oxc-parser'

/** One code that a package can throw, and the files that say so. */
export type CollectedCodes = ReadonlyMap<string, readonly string[]>

type Tree = Readonly<Record<string, unknown>>

const isCode = /^(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*|[a-z0-9]+(?:-[a-z0-9]+)+)$/

/**
 * All codes of the errors of the packages, from their sources: the closed sets of codes behind
 * `extends HeadwaterError<Set>`, the literal codes of `new HeadwaterError('CODE', ...)` and of its subclasses, those
 * that a property `code` may have, the problems of `headwater schemas`, the reasons of dead letters, and every one of Kafka's names that the sources mention: those are treated there, so they reach users.
 *
 * @param sources - text by path
 * @param kafkaNames - all of Kafka's error names
 */
export function collectCodes(
  sources: ReadonlyMap<string, string>,
  kafkaNames: ReadonlySet<string>,
): CollectedCodes {
  const codes = new Map<string, Set<string>>()
  const add = (code: string, path: string): void => {
    if (isCode.test(code) && code !== 'NONE') codes.set(code, (codes.get(code) ?? new Set()).add(path))
  }
  const trees = [...sources].map(([path, text]) => ({
    path,
    program: parseSync(path, text, { lang: 'ts', sourceType: 'module' }).program,
  }))
  const sets = new Map<string, { readonly path: string; readonly type: Tree }>()
  const parents = new Map<
    string,
    { readonly path: string; readonly parent: string; readonly typeArguments: Tree[] }
  >()
  for (const { path, program } of trees) {
    new Visitor({
      TSTypeAliasDeclaration({ id, typeAnnotation }) {
        if (/Code$|Reason$/.test(id.name))
          sets.set(id.name, { path, type: typeAnnotation as unknown as Tree })
      },
      ClassDeclaration({ id, superClass, superTypeArguments }) {
        if (id === null || superClass?.type !== 'Identifier') return
        const typeArguments = (superTypeArguments?.params ?? []) as unknown as Tree[]
        parents.set(id.name, { path, parent: superClass.name, typeArguments })
      },
    }).visit(program)
  }
  const isErrorClass = (name: string): boolean =>
    name === 'HeadwaterError' || (parents.has(name) && isErrorClass(parents.get(name)?.parent ?? ''))

  for (const [name, { path, type }] of sets) {
    // What stands in a report, and the header `dlq.error.code` of mails that nobody can read.
    const prefix = name.endsWith('ProblemCode') ? '' : name === 'UnreadableReason' ? 'EMAIL_' : undefined
    if (prefix === undefined) continue
    for (const found of literalsOf(type, sets, path)) add(`${prefix}${found.code}`, found.path)
  }
  for (const [name, { path, typeArguments }] of parents) {
    if (!isErrorClass(name)) continue
    for (const each of typeArguments)
      for (const found of literalsOf(each, sets, path)) add(found.code, found.path)
  }
  for (const { path, program } of trees) {
    // Where a code is handed over in a variable, every text of that file that looks like a code counts.
    let byVariable = false
    const texts: string[] = []
    new Visitor({
      NewExpression({ callee, arguments: given }) {
        if (callee.type !== 'Identifier' || !isErrorClass(callee.name)) return
        if (callee.name === 'HeadwaterError' && given[0]?.type === 'Identifier') byVariable = true
        for (const code of stringsOf(given[0] as unknown as Tree)) add(code, path)
      },
      TSPropertySignature({ key, typeAnnotation }) {
        if (key.type !== 'Identifier' || key.name !== 'code' || typeAnnotation === null) return
        const type = typeAnnotation.typeAnnotation as unknown as Tree
        for (const found of literalsOf(type, new Map(), path))
          if (found.code.includes('_')) add(found.code, path)
      },
      CallExpression({ callee, arguments: given }) {
        if (callee.type !== 'Super') return
        for (const code of stringsOf(given[0] as unknown as Tree)) add(code, path)
      },
      Literal({ value }) {
        if (typeof value === 'string' && /^[A-Z]+_[A-Z_0-9]+$/.test(value)) texts.push(value)
        if (isOfProducer(path) && typeof value === 'string' && kafkaNames.has(value)) add(value, path)
      },
      Identifier({ name }) {
        if (isOfProducer(path) && kafkaNames.has(name)) add(name, path)
      },
    }).visit(program)
    if (byVariable) for (const text of texts) add(text, path)
  }
  return new Map(
    [...codes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, paths]) => [code, [...paths].sort()]),
  )
}

const isOfProducer = (path: string): boolean => path.startsWith('packages/producer/src/')

/** The members of a type: a literal, a union of them, or an alias that is one. */
function literalsOf(
  type: Tree,
  sets: ReadonlyMap<string, { readonly path: string; readonly type: Tree }>,
  path: string,
): readonly { readonly code: string; readonly path: string }[] {
  if (type['type'] === 'TSUnionType')
    return (type['types'] as Tree[]).flatMap((each) => literalsOf(each, sets, path))
  if (type['type'] === 'TSLiteralType')
    return stringsOf(type['literal'] as Tree).map((code) => ({ code, path }))
  const name = (type['typeName'] as Tree | undefined)?.['name']
  const set = typeof name === 'string' ? sets.get(name) : undefined
  return set === undefined ? [] : literalsOf(set.type, sets, set.path)
}

/** The text of a literal, and both ends of a choice between two. */
function stringsOf(node: Tree | undefined): readonly string[] {
  if (node === undefined) return []
  if (node['type'] === 'ConditionalExpression')
    return [...stringsOf(node['consequent'] as Tree), ...stringsOf(node['alternate'] as Tree)]
  return node['type'] === 'Literal' && typeof node['value'] === 'string' ? [node['value']] : []
}
