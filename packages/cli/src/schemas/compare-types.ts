import type { SchemaNode } from '@headwater/avro'
import type { SchemaChangeKind } from './schema-change.ts'

/** What two types say about each other, before anybody looks inside. */
export interface TypeComparison {
  readonly texts: readonly { readonly kind: SchemaChangeKind; readonly text: string }[]
  /** Types that stand for each other. */
  readonly pairs: readonly (readonly [before: SchemaNode, after: SchemaNode])[]
}

/** Types that each one can be read as, which makes a change to them a wider type (Avro's schema resolution). */
const promotions: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
}

/** Compares two types from outside: another type, or a union with other branches. */
export function compareTypes(before: SchemaNode, after: SchemaNode): TypeComparison {
  if (before.type !== 'union' && after.type !== 'union') {
    if (before.type === after.type) return { texts: [], pairs: [[before, after]] }
    const wider = promotions[before.type]?.includes(after.type) === true ? ' (wider)' : ''
    return {
      texts: [{ kind: 'type-changed', text: `type ${label(before)} -> ${label(after)}${wider}` }],
      pairs: [],
    }
  }
  const pairs = pairBranches(branchesOf(before), branchesOf(after))
  const added = branchesOf(after).filter((branch) => !pairs.some(([, now]) => now === branch))
  const removed = branchesOf(before).filter((branch) => !pairs.some(([old]) => old === branch))
  if (before.type !== 'union' || after.type !== 'union') {
    const wider = removed.length === 0 && after.type === 'union' ? ' (wider)' : ''
    return {
      texts: [{ kind: 'type-changed', text: `type ${label(before)} -> ${label(after)}${wider}` }],
      pairs,
    }
  }
  const texts = [
    ...added.map((branch) => ({ kind: 'branch-added' as const, text: `branch added: ${label(branch)}` })),
    ...removed.map((branch) => ({
      kind: 'branch-removed' as const,
      text: `branch removed: ${label(branch)}`,
    })),
  ]
  return { texts, pairs }
}

function branchesOf(node: SchemaNode): readonly SchemaNode[] {
  return node.type === 'union' ? node.branches : [node]
}

/** A union has each unnamed type once, and each name; a single one of a kind stands for a single one. */
function pairBranches(
  before: readonly SchemaNode[],
  after: readonly SchemaNode[],
): readonly (readonly [SchemaNode, SchemaNode])[] {
  return after.flatMap((branch) => {
    const alike = before.filter(({ type }) => type === branch.type)
    const same = alike.find((each) => nameOf(each) === nameOf(branch))
    const isOnly = after.filter(({ type }) => type === branch.type).length === 1
    const match = same ?? (alike.length === 1 && isOnly ? alike[0] : undefined)
    return match === undefined ? [] : [[match, branch] as const]
  })
}

function nameOf(node: SchemaNode): string | undefined {
  return 'fullName' in node ? node.fullName : undefined
}

/** A type as people call it. */
function label(node: SchemaNode): string {
  if ('fullName' in node) return `${node.type} ${node.name}`
  if (node.type === 'union') return `[${node.branches.map(label).join(', ')}]`
  if (node.type === 'array') return `array of ${label(node.items)}`
  if (node.type === 'map') return `map of ${label(node.values)}`
  return node.type
}
