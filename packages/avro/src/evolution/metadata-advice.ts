import { toJsonText } from '../json-node.ts'
import type { FieldNode, SchemaNode } from '../schema-node.ts'
import type { AdviceDraft } from './advice-draft.ts'

type Documented = (SchemaNode | FieldNode) & { readonly doc: string | undefined }

/** The advice that a description changed, if it did. */
export function changedDoc(
  path: readonly string[],
  before: Documented,
  now: Documented,
  what: string,
): AdviceDraft | undefined {
  if (before.doc === now.doc) return undefined
  const how = now.doc === undefined ? 'is gone' : before.doc === undefined ? 'is new' : 'changed'
  return {
    ruleId: 'doc-changed',
    path,
    before,
    now,
    message: `The doc of ${what} ${how}.`,
    fix: before.doc === undefined ? 'leave the doc out' : `"doc": ${JSON.stringify(before.doc)}`,
    key: now.doc ?? '',
  }
}

/** The advice that properties changed that Avro gives no meaning to; those in `known` have one. */
export function changedMetadata(
  path: readonly string[],
  before: SchemaNode | FieldNode,
  now: SchemaNode | FieldNode,
  what: string,
  known: ReadonlySet<string>,
): AdviceDraft | undefined {
  const names = [...new Set([...before.properties.keys(), ...now.properties.keys()])]
  const changed = names.filter((name) => !known.has(name) && textOf(before, name) !== textOf(now, name))
  if (changed.length === 0) return undefined
  const fixes = changed.map((name) => {
    const text = textOf(before, name)
    return text === undefined ? `leave out ${JSON.stringify(name)}` : `${JSON.stringify(name)}: ${text}`
  })
  return {
    ruleId: 'metadata-changed',
    path,
    before,
    now,
    message: `${changed.map((name) => JSON.stringify(name)).join(', ')} of ${what} changed.`,
    fix: fixes.join('; '),
    key: changed.map((name) => `${name}=${textOf(now, name) ?? ''}`).join(' '),
  }
}

function textOf(node: SchemaNode | FieldNode, name: string): string | undefined {
  const value = node.properties.get(name)
  return value === undefined ? undefined : toJsonText(value)
}
