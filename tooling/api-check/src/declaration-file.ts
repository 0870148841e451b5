import { parseSync, Visitor } from 'oxc-parser'

/** A member of an interface, a class or an object type. */
export interface MemberView {
  readonly name: string
  /** The text of its documentation, without stars; undefined when there is none. */
  readonly doc: string | undefined
  /** Its type as it is written; of methods the whole signature. */
  readonly typeText: string
  readonly isMethod: boolean
}

/** One declaration at the top of a file. */
export interface DeclarationView {
  readonly name: string
  readonly kind: 'class' | 'function' | 'interface' | 'type' | 'value'
  /** Without comments and without `export declare`. */
  readonly text: string
  readonly doc: string | undefined
  readonly members: readonly MemberView[]
  /** Names that its types refer to, to be looked up in its file. */
  readonly references: readonly string[]
  /** `import('./x.ts').Y` in its types, by module. */
  readonly imported: readonly { readonly from: string; readonly name: string }[]
  /** Of a class: the same to those who can name it and not make one. */
  readonly asType: Pick<DeclarationView, 'text' | 'references' | 'imported'> | undefined
}

/** What a name of a file stands for elsewhere. */
interface ImportedName {
  readonly from: string
  readonly name: string
}

/** What a file exports under a name. */
interface ExportedName {
  /** Undefined: this file. */
  readonly from: string | undefined
  readonly name: string
  /** By `export type`: a class of that name can be named, and not made. */
  readonly typeOnly: boolean
}

/** One declaration file. */
export interface DeclarationFile {
  readonly path: string
  /** Overloads are several declarations of one name. */
  readonly declarations: ReadonlyMap<string, readonly DeclarationView[]>
  /** By the local name. */
  readonly imports: ReadonlyMap<string, ImportedName>
  /** By the exported name. */
  readonly exports: ReadonlyMap<string, ExportedName>
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

const kinds: Readonly<Record<string, DeclarationView['kind']>> = {
  ClassDeclaration: 'class',
  TSDeclareFunction: 'function',
  FunctionDeclaration: 'function',
  TSInterfaceDeclaration: 'interface',
  TSTypeAliasDeclaration: 'type',
  VariableDeclaration: 'value',
}

/**
 * Reads one file of declarations, as `tsc` emits them.
 *
 * @throws Error when it cannot be parsed
 */
export function readDeclarationFile(path: string, text: string): DeclarationFile {
  const { program, comments, errors } = parseSync(path, text, { lang: 'dts', sourceType: 'module' })
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`)
  const reader = new Reader(text, comments)
  const declarations = new Map<string, DeclarationView[]>()
  const imports = new Map<string, ImportedName>()
  const exports = new Map<string, ExportedName>()
  const declare = (node: Node, outer: Node): readonly string[] => {
    const found = reader.declarationsOf(node, outer)
    for (const each of found) declarations.set(each.name, [...(declarations.get(each.name) ?? []), each])
    return found.map(({ name }) => name)
  }
  for (const statement of program.body as unknown as readonly Node[]) {
    if (statement.type === 'ImportDeclaration') {
      for (const each of statement['specifiers'] as Node[])
        imports.set(nameOf(each['local']), {
          from: sourceOf(statement),
          name: nameOf(each['imported'] ?? '*'),
        })
    } else if (statement.type === 'ExportNamedDeclaration') {
      const inner = statement['declaration'] as Node | null
      if (inner !== null)
        for (const name of declare(inner, statement))
          exports.set(name, { from: undefined, name, typeOnly: false })
      const from = statement['source'] === null ? undefined : sourceOf(statement)
      for (const each of statement['specifiers'] as Node[])
        exports.set(nameOf(each['exported']), {
          from,
          name: nameOf(each['local']),
          typeOnly: [statement, each].some((part) => part['exportKind'] === 'type'),
        })
    } else if (statement.type in kinds) declare(statement, statement)
  }
  return { path, declarations, imports, exports }
}

class Reader {
  readonly #text: string
  readonly #comments: readonly { readonly value: string; readonly start: number; readonly end: number }[]

  constructor(text: string, comments: readonly { readonly value: string; start: number; end: number }[]) {
    this.#text = text
    this.#comments = comments
  }

  declarationsOf(node: Node, outer: Node): readonly DeclarationView[] {
    const kind = kinds[node.type]
    if (kind === undefined) return []
    const names =
      kind === 'value'
        ? (node['declarations'] as Node[]).map((each) => nameOf(each['id']))
        : [nameOf(node['id'])]
    const rest = {
      kind,
      ...this.#shape(node, []),
      asType: kind === 'class' ? this.#shape(node, bodyOf(node).filter(isConstructor)) : undefined,
      doc: this.#docOf(outer),
      members: this.#membersOf(node),
    }
    return names.map((name) => ({ name, ...rest }))
  }

  /** Text and references of a declaration without some of its members. */
  #shape(node: Node, leftOut: readonly Node[]): Pick<DeclarationView, 'text' | 'references' | 'imported'> {
    const text = this.#plain(node, leftOut).replace(/^declare /, '')
    return { text, ...referencesOf(node, leftOut) }
  }

  #membersOf(node: Node): readonly MemberView[] {
    const body = bodyOf(node)
    return body.flatMap((member): MemberView[] => {
      const key = member['key'] as Node | undefined
      if (key === undefined || key.type === 'PrivateIdentifier' || member['accessibility'] === 'private')
        return []
      const isMethod = /Method/.test(member.type)
      const type = (member['typeAnnotation'] as Node | null | undefined)?.['typeAnnotation'] as
        | Node
        | undefined
      const typeText = isMethod ? this.#plain(member) : type === undefined ? '' : this.#plain(type)
      return [{ name: nameOf(key), doc: this.#docOf(member), typeText, isMethod }]
    })
  }

  /** The text of a node without the comments in it, and without the lines that they leave empty. */
  #plain(node: Node, leftOut: readonly Node[] = []): string {
    let text = ''
    let at = node.start
    const gaps = [...this.#comments, ...leftOut]
      .filter(({ start, end }) => start >= node.start && end <= node.end)
      .toSorted((one, other) => one.start - other.start)
    for (const gap of gaps) {
      text += this.#text.slice(at, Math.max(at, gap.start))
      at = Math.max(at, gap.end)
    }
    const lines = (text + this.#text.slice(at, node.end)).split('\n')
    return lines.filter((line) => line.trim() !== '').join('\n')
  }

  /** The comment that ends right before the node. */
  #docOf({ start }: Node): string | undefined {
    const before = this.#comments.findLast(({ end }) => end <= start)
    if (before === undefined || !before.value.startsWith('*')) return undefined
    if (this.#text.slice(before.end, start).trim() !== '') return undefined
    const lines = before.value.slice(1).split('\n')
    return lines
      .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
      .join('\n')
      .trim()
  }
}

/** The members of an interface, a class, or of an alias whose type is an object. */
function bodyOf(node: Node): readonly Node[] {
  if (node.type === 'ClassDeclaration' || node.type === 'TSInterfaceDeclaration')
    return (node['body'] as Node)['body'] as Node[]
  const type = node['typeAnnotation'] as Node | undefined
  return type?.type === 'TSTypeLiteral' ? (type['members'] as Node[]) : []
}

const isConstructor = (member: Node): boolean => member['kind'] === 'constructor'

/** Every name that a type, a heritage clause or a `typeof` begins with, but for those in what is left out. */
function referencesOf(
  node: Node,
  leftOut: readonly Node[],
): Pick<DeclarationView, 'references' | 'imported'> {
  const references = new Set<string>()
  const imported: { from: string; name: string }[] = []
  const isLeftOut = ({ start }: { readonly start: number }): boolean =>
    leftOut.some((part) => part.start <= start && start < part.end)
  const add = (expression: unknown): void => {
    let at = expression as Node | null
    if (at !== null && isLeftOut(at)) return
    while (at !== null && at.type !== 'Identifier') {
      const next = at['left'] ?? at['object']
      if (next === undefined) return
      at = next as Node
    }
    if (at !== null) references.add(nameOf(at))
  }
  const program = { type: 'Program', body: [node], sourceType: 'module', hashbang: null, start: 0, end: 0 }
  new Visitor({
    TSTypeReference: (each) => add(each.typeName),
    TSTypeQuery: (each) => add(each.exprName),
    TSInterfaceHeritage: (each) => add(each.expression),
    TSClassImplements: (each) => add(each.expression),
    ClassDeclaration: (each) => add(each.superClass),
    TSImportType(each) {
      const { source, qualifier } = each as unknown as { source: Node; qualifier: Node | null }
      if (qualifier !== null && !isLeftOut(each))
        imported.push({ from: String(source['value']), name: nameOf(qualifier) })
    },
    // A parser for one node of a program that it parsed itself.
  }).visit(program as never)
  return { references: [...references].sort(), imported }
}

const sourceOf = (node: Node): string => String((node['source'] as Node)['value'])

function nameOf(node: unknown): string {
  if (typeof node === 'string') return node
  const { name, value, type } = node as { name?: string; value?: unknown; type?: string }
  if (type === 'MemberExpression') {
    const { object, property } = node as { object: unknown; property: unknown }
    return `[${nameOf(object)}.${nameOf(property)}]`
  }
  return name ?? String(value)
}
