import { PairMap } from '../pair-map.ts'
import { isNameMatch, isPromoted } from '../reader-writer-checker.ts'
import type { FieldNode, RecordNode, SchemaNode } from '../schema-node.ts'

/** A type of the old schema and what became of it. */
export interface MatchedTypes {
  /** In the new schema's names. */
  readonly path: readonly string[]
  readonly before: SchemaNode
  readonly now: SchemaNode
}

/** A field of the old schema and what became of it. */
export interface MatchedFields {
  readonly path: readonly string[]
  readonly before: FieldNode
  readonly now: FieldNode
}

/** What two versions of a schema have in common. */
export interface SchemaMatch {
  readonly types: readonly MatchedTypes[]
  readonly fields: readonly MatchedFields[]
}

/**
 * Finds for each type and field of a new schema the one that it was, each pair once, by the first path: fields by name
 * or alias, branches of unions by name or kind, else by what promotes to each other.
 */
export function matchSchemas(before: SchemaNode, now: SchemaNode): SchemaMatch {
  const types: MatchedTypes[] = []
  const fields: MatchedFields[] = []
  const seen = new PairMap<true>()

  function match(old: SchemaNode, fresh: SchemaNode, path: readonly string[]): void {
    if (seen.get(old, fresh) === true) return
    seen.set(old, fresh, true)
    types.push({ path, before: old, now: fresh })
    if (old.type === 'union' || fresh.type === 'union') {
      const olds = old.type === 'union' ? old.branches : [old]
      const freshes = fresh.type === 'union' ? fresh.branches : [fresh]
      for (const [was, is] of matchBranches(olds, freshes)) match(was, is, path)
    } else if (old.type === 'array' && fresh.type === 'array') {
      match(old.items, fresh.items, [...path, '[]'])
    } else if (old.type === 'map' && fresh.type === 'map') {
      match(old.values, fresh.values, [...path, '{}'])
    } else if (old.type === 'record' && fresh.type === 'record') {
      for (const field of fresh.fields) {
        const was = findBefore(field, old)
        if (was === undefined) continue
        const inside = [...path, field.name]
        fields.push({ path: inside, before: was, now: field })
        match(was.type, field.type, inside)
      }
    }
  }

  match(before, now, [])
  return { types, fields }
}

function findBefore(field: FieldNode, record: RecordNode): FieldNode | undefined {
  const named = record.fields.find(({ name }) => name === field.name)
  return (
    named ??
    record.fields.find(({ name, aliases }) => field.aliases.includes(name) || aliases.includes(field.name))
  )
}

function matchBranches(
  olds: readonly SchemaNode[],
  freshes: readonly SchemaNode[],
): readonly (readonly [SchemaNode, SchemaNode])[] {
  const tests = [isSame, isAlias, isPromotion]
  const pairs: [SchemaNode, SchemaNode][] = []
  for (const test of tests) {
    for (const fresh of freshes) {
      if (pairs.some(([, is]) => is === fresh)) continue
      const old = olds.find((each) => !pairs.some(([was]) => was === each) && test(each, fresh))
      if (old !== undefined) pairs.push([old, fresh])
    }
  }
  return pairs
}

function isSame(old: SchemaNode, fresh: SchemaNode): boolean {
  if (!('fullName' in old) || !('fullName' in fresh)) return old.type === fresh.type
  return old.type === fresh.type && old.fullName === fresh.fullName
}

function isAlias(old: SchemaNode, fresh: SchemaNode): boolean {
  if (!('fullName' in old) || !('fullName' in fresh) || old.type !== fresh.type) return false
  return isNameMatch(fresh, old) || isNameMatch(old, fresh)
}

function isPromotion(old: SchemaNode, fresh: SchemaNode): boolean {
  return isPromoted(fresh, old) || isPromoted(old, fresh)
}
