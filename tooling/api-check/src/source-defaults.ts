import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import { constantValue, keyOf, type Constant, type SyntaxNode } from './constant-value.ts'

/** A place of the code that gives a setting a value when nobody has. */
export interface DefaultInCode {
  /** Of the setting. */
  readonly name: string
  readonly value: unknown
  /** The file below the package, `src/link/link.ts`. */
  readonly path: string
  /** The type of the object that the setting is taken from, where it is written there. */
  readonly of: string | undefined
  /** The names that the file imports or declares: types that it has to do with. */
  readonly names: ReadonlySet<string>
}

interface SourceFile {
  readonly path: string
  readonly body: readonly SyntaxNode[]
  readonly names: Set<string>
  /** Local name to module and name. */
  readonly imports: Map<string, { readonly from: string; readonly name: string }>
  readonly constants: Map<string, SyntaxNode>
}

/**
 * All defaults that a package's sources state: `{ name = 5 }`, `options.name ?? 5`, `options.name === true`, properties of
 * constants called `defaults` or `…Defaults`, tables with a `fallback`, and schemas with a `default`. A default that is computed from something else is not found.
 */
export function sourceDefaults(root: string, folder: string): readonly DefaultInCode[] {
  const cwd = join(root, folder)
  const paths = globSync('src/**/*.ts', { cwd }).map((path) => path.replaceAll('\\', '/'))
  const files = new Map(
    paths.toSorted().map((path) => [path, readSource(path, readFileSync(join(cwd, path), 'utf8'))]),
  )
  return [...files.values()].flatMap((file) => defaultsIn(file, (name) => constantAt(files, file, name)))
}

function readSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text, { lang: 'ts', sourceType: 'module' })
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`)
  const body = program.body as unknown as readonly SyntaxNode[]
  const file: SourceFile = { path, body, names: new Set(), imports: new Map(), constants: new Map() }
  for (const statement of body) {
    if (statement.type === 'ImportDeclaration') {
      const from = String((statement['source'] as SyntaxNode)['value'])
      for (const each of statement['specifiers'] as readonly SyntaxNode[]) {
        const local = String((each['local'] as SyntaxNode)['name'])
        const imported = each['imported'] as { readonly name: string } | undefined
        file.imports.set(local, { from, name: imported?.name ?? '*' })
        file.names.add(local)
      }
    }
    const declaration = (statement['declaration'] ?? statement) as SyntaxNode
    const id = declaration['id'] as SyntaxNode | null | undefined
    if (id) file.names.add(String(id['name']))
    if (declaration.type !== 'VariableDeclaration' || declaration['kind'] !== 'const') continue
    for (const each of declaration['declarations'] as readonly SyntaxNode[]) {
      const { type, name } = each['id'] as unknown as { type: string; name: string }
      if (type === 'Identifier' && each['init'] !== null) file.constants.set(name, each['init'] as SyntaxNode)
    }
  }
  return file
}

/** A constant of the file, or of the file of this package that it is imported from. */
function constantAt(files: ReadonlyMap<string, SourceFile>, file: SourceFile, name: string): Constant {
  const own = file.constants.get(name)
  if (own !== undefined) return constantValue(own, (inner) => constantAt(files, file, inner))
  const imported = file.imports.get(name)
  if (imported === undefined || !imported.from.startsWith('.')) return undefined
  const other = files.get(posix.join(posix.dirname(file.path), imported.from))
  return other === undefined ? undefined : constantAt(files, other, imported.name)
}

function defaultsIn(file: SourceFile, constantOf: (name: string) => Constant): readonly DefaultInCode[] {
  const found: DefaultInCode[] = []
  const add = (name: string, expression: unknown, of?: string): void => {
    const constant = constantValue(expression as SyntaxNode, constantOf)
    if (constant !== undefined)
      found.push({ name, value: constant.value, path: file.path, of, names: file.names })
  }
  const addPattern = (pattern: SyntaxNode, of: string | undefined): void => {
    for (const property of pattern['properties'] as readonly SyntaxNode[]) {
      const value = property['value'] as SyntaxNode | undefined
      if (value?.type === 'AssignmentPattern') add(keyOf(property), value['right'], of)
    }
  }
  const seen = new Set<unknown>()
  new Visitor({
    ObjectPattern(node) {
      if (seen.has(node)) return
      seen.add(node)
      addPattern(node as unknown as SyntaxNode, annotationOf(node as unknown as SyntaxNode))
    },
    LogicalExpression(node) {
      if (node.operator !== '??') return
      let left = node.left as unknown as SyntaxNode
      // `own.wait ?? options.wait ?? false`
      if (left.type === 'LogicalExpression') left = left['right'] as SyntaxNode
      const name = left.type === 'MemberExpression' ? (left['property'] as SyntaxNode) : left
      if (name.type === 'Identifier') add(String(name['name']), node.right)
    },
    // `wait === true` and `wait !== false`: what an undefined setting counts as.
    BinaryExpression(node) {
      const { operator, left, right } = node as unknown as {
        operator: string
        left: SyntaxNode
        right: SyntaxNode
      }
      if (typeof right['value'] !== 'boolean' || !/^[!=]==$/.test(operator)) return
      const name = left.type === 'MemberExpression' ? (left['property'] as SyntaxNode) : left
      if (name.type === 'Identifier') add(String(name['name']), { type: 'Literal', value: !right['value'] })
    },
    // A parameter of its own: `addressing = 'path'`.
    AssignmentPattern(node) {
      const { left, right } = node as unknown as { left: SyntaxNode; right: SyntaxNode }
      if (left.type === 'Identifier') add(String(left['name']), right)
    },
    // Tables of settings, `lingerMs: { fallback: 0 }`, and schemas, `lingerMs: z.number().default(0)`.
    Property(node) {
      const { value } = node as unknown as { value: SyntaxNode }
      const name = keyOf(node as unknown as SyntaxNode)
      if (value.type === 'ObjectExpression') {
        const properties = value['properties'] as readonly SyntaxNode[]
        const fallback = properties.find((each) => keyOf(each) === 'fallback')
        if (fallback !== undefined) add(name, fallback['value'])
      }
      if (value.type !== 'CallExpression') return
      const callee = value['callee'] as SyntaxNode
      const method = (callee['property'] as SyntaxNode | undefined)?.['name']
      if (method === 'default' || method === 'prefault')
        add(name, (value['arguments'] as readonly SyntaxNode[])[0] ?? null)
    },
    VariableDeclarator(node) {
      const { id, init } = node as unknown as { id: SyntaxNode; init: SyntaxNode | null }
      if (id.type !== 'Identifier' || !/defaults?$/i.test(String(id['name']))) return
      let object = init
      while (object?.type.startsWith('TS') === true) object = object['expression'] as SyntaxNode
      if (object?.type === 'CallExpression') object = (object['arguments'] as SyntaxNode[])[0] ?? null
      if (object?.type !== 'ObjectExpression') return
      for (const property of object['properties'] as readonly SyntaxNode[])
        if (property.type === 'Property') add(keyOf(property), property['value'])
    },
  }).visit({
    type: 'Program',
    body: file.body,
    sourceType: 'module',
    hashbang: null,
    start: 0,
    end: 0,
  } as never)
  return found
}

/** `SendOptions` of `{ wait = true }: SendOptions`. */
function annotationOf(pattern: SyntaxNode): string | undefined {
  const annotation = (pattern['typeAnnotation'] as SyntaxNode | null | undefined)?.['typeAnnotation']
  const { type, typeName } = (annotation ?? {}) as { type?: string; typeName?: SyntaxNode }
  return type === 'TSTypeReference' ? String(typeName?.['name']) : undefined
}
