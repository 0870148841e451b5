import type { JsonNode } from './json-node.ts'
import { noLateNames, type LateNames } from './late-names.ts'
import { partsOf, type SchemaPart } from './parts-of.ts'
import type { FieldNode, NamedNode, RecordNode, SchemaNode } from './schema-node.ts'
import { isValidFieldDefault } from './valid-default.ts'

/** A schema text as it was read. */
export interface ReadText {
  readonly root: SchemaNode
  /** The types that it defines, in the order in which their definitions end. */
  readonly definitions: readonly NamedNode[]
  readonly late: LateNames
  readonly hasObjectDefault: boolean
}

/** A default with which Avro Java cannot copy a record. */
export interface UncopyableDefault {
  readonly record: RecordNode
  readonly field: FieldNode
}

/**
 * Avro Java copies all types of a parser when a text has defined new ones, and what a root without a name contains once
 * more (`SchemaResolver.ResolvingVisitor`). It looks at the default of each field that it copies, and refuses the schema
 * where that is for a record that is not copied to its end: "Schema fields not set yet". That is so in records that
 * contain each other, by the order in which they are visited. So a schema may be taken alone and refused as a reference.
 *
 * @param texts - what one parser has read: the references, then the schema itself
 */
export function findUncopyableDefault(texts: readonly ReadText[]): UncopyableDefault | undefined {
  if (!texts.some(({ hasObjectDefault }) => hasObjectDefault)) return undefined
  const last = texts.findLastIndex(({ definitions }) => definitions.length > 0)
  const { root, late } = texts[last]!
  const types = new CopyPass(late)
  for (const { definitions } of texts.slice(0, last + 1)) for (const type of definitions) types.visit(type)
  // Copies of these copies, which last until a text defines something again.
  const copies = new CopyPass(noLateNames)
  if (!isNamed(root)) for (const type of findLateTypes(root, late)) copies.visit(type)
  for (const next of texts.slice(last + 1)) if (!isNamed(next.root)) copies.visit(next.root)
  return types.failed ?? copies.failed
}

interface Step {
  readonly node: SchemaNode
  readonly kind: 'enter' | 'enter-late' | 'complete'
  /** Where the visit that the step belongs to has been. */
  readonly visited: Set<SchemaNode>
}

/** One walk over types, to know which records are complete when a field is copied. */
class CopyPass {
  readonly #late: LateNames
  readonly #begun = new Set<SchemaNode>()
  readonly #complete = new Set<SchemaNode>()
  /** Nodes below which all is complete. */
  readonly #done = new Set<SchemaNode>()
  /** The first field that could not be copied. */
  failed: UncopyableDefault | undefined

  constructor(late: LateNames) {
    this.#late = late
  }

  /** Without recursion: types may be as deep in each other as a text has names. */
  visit(start: SchemaNode): void {
    const visited = new Set<SchemaNode>()
    const steps: Step[] = [{ node: start, kind: 'enter', visited }]
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      if (step.kind === 'complete') this.#completeRecord(step.node as RecordNode)
      else if (step.kind === 'enter') this.#enter(step, steps)
      // What a late name means is visited as a start of its own, if nobody has been there.
      else if (!this.#begun.has(step.node)) steps.push({ ...step, kind: 'enter', visited: new Set() })
    }
    for (const node of visited) this.#done.add(node)
  }

  #enter({ node, visited }: Step, steps: Step[]): void {
    if (visited.has(node) || this.#done.has(node)) return
    visited.add(node)
    const parts = partsOf(node)
    if (node.type === 'record') {
      this.#begun.add(node)
      steps.push({ node, kind: 'complete', visited })
    }
    // Of a union the last branch comes first, of a record the first field.
    for (const part of node.type === 'record' ? parts.toReversed() : parts) {
      steps.push({ node: part.type, kind: isLate(this.#late, part) ? 'enter-late' : 'enter', visited })
    }
  }

  #completeRecord(record: RecordNode): void {
    if (this.#complete.has(record)) return
    const isUnfinished = (other: RecordNode): boolean => !this.#complete.has(other)
    const field = record.fields.find(
      ({ type, default: value }) => value !== undefined && !isValidFieldDefault(type, value, isUnfinished),
    )
    if (field !== undefined) this.failed ??= { record, field }
    this.#complete.add(record)
  }
}

/** What the late names of a root without a name mean, outside of its records, in the order in which they are visited. */
function findLateTypes(root: SchemaNode, late: LateNames): readonly SchemaNode[] {
  const found: SchemaNode[] = []
  const waiting: SchemaPart[] = [...partsOf(root)]
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (isLate(late, part)) found.push(part.type)
    else if (part.type.type !== 'record') waiting.push(...partsOf(part.type))
  }
  return found
}

function isNamed(schema: SchemaNode): schema is NamedNode {
  return 'fullName' in schema
}

function isLate(late: LateNames, { holder, type }: SchemaPart): boolean {
  return isNamed(type) && late.get(holder)?.has(type.fullName) === true
}

/** Whether a default may be for a record: without one in any text there is nothing to find. */
export function hasObject(json: JsonNode): boolean {
  return json.kind === 'object' || (json.kind === 'array' && json.items.some(hasObject))
}
