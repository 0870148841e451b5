import { parseJson, type JsonNode } from './json-node.ts'
import { qualifyName } from './qualified-name.ts'
import { primitiveTypes } from './schema-node.ts'
import { SourceText, type SourcePosition } from './source-text.ts'

/** A named type that a text defines. */
export interface DefinedName extends SourcePosition {
  readonly fullName: string
}

/** A name that a text uses without defining it. */
export interface UsedName extends SourcePosition {
  /** The full names that it may mean, in the order in which Avro looks for them. */
  readonly candidates: readonly string[]
}

/** What one schema text defines, and what it needs from others. */
export interface SchemaNames {
  /** Full name of the outermost type; `undefined` where that has no name. */
  readonly root: string | undefined
  /** In the order of the text. */
  readonly defined: readonly DefinedName[]
  /** Each name once, where it is first used, in the order of the text. */
  readonly used: readonly UsedName[]
}

const containers = new Set(['array', 'map', 'record', 'error', 'enum', 'fixed'])
const named = new Set(['record', 'error', 'enum', 'fixed'])
const primitives: ReadonlySet<string> = new Set(primitiveTypes)

/**
 * Finds the named types that a schema text defines and those that it takes from elsewhere, so that files can be put
 * into an order in which `parseSchema` reads each with its references. What is JSON but not Avro is passed over here:
 * `parseSchema` says what is wrong with it.
 *
 * @throws AvroSchemaError when the text is not JSON.
 */
export function findSchemaNames(text: string): SchemaNames {
  const source = new SourceText(text)
  const defined: DefinedName[] = []
  const uses = new Map<string, UsedName>()

  function use(json: JsonNode, written: string, namespace: string | undefined): void {
    if (primitives.has(written) || written === '') return
    const candidates = [...new Set([qualifyName(written, namespace).fullName, written])]
    const key = candidates.join(' ')
    if (!uses.has(key)) uses.set(key, { ...source.positionAt(json.offset), candidates })
  }

  function visit(json: JsonNode | undefined, namespace: string | undefined): void {
    if (json?.kind === 'string') use(json, json.value, namespace)
    if (json?.kind === 'array') for (const item of json.items) visit(item, namespace)
    if (json?.kind !== 'object') return
    const type = textOf(json.get('type'))
    if (type !== undefined && !containers.has(type)) use(json, type, namespace)
    visit(type === 'array' ? json.get('items') : undefined, namespace)
    visit(type === 'map' ? json.get('values') : undefined, namespace)
    const nameNode = json.get('name')
    const written = textOf(nameNode)
    if (type === undefined || !named.has(type) || nameNode === undefined || written === undefined) return
    const name = qualifyName(written, textOf(json.get('namespace')) ?? namespace)
    defined.push({ ...source.positionAt(nameNode.offset), fullName: name.fullName })
    const fields = json.get('fields')
    for (const field of fields?.kind === 'array' ? fields.items : []) {
      if (field.kind === 'object') visit(field.get('type'), name.namespace)
    }
  }

  const tree = parseJson(source)
  visit(tree, undefined)
  const own = new Set(defined.map((definition) => definition.fullName))
  return {
    root: isNamed(tree) ? defined[0]?.fullName : undefined,
    defined,
    used: [...uses.values()].filter(({ candidates }) => !candidates.some((name) => own.has(name))),
  }
}

function isNamed(json: JsonNode): boolean {
  return json.kind === 'object' && named.has(textOf(json.get('type')) ?? '')
}

function textOf(json: JsonNode | undefined): string | undefined {
  return json?.kind === 'string' ? json.value : undefined
}
