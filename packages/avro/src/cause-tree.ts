import { PairMap } from './pair-map.ts'
import type { RootCause, UnionOnTheWay } from './root-cause.ts'
import type { SchemaNode, UnionNode } from './schema-node.ts'

/**
 * What is wrong with a pair, told from the pair on: those that contain it share it. A list of causes in each of them,
 * with the whole way to each, would be as long as everything below.
 */
export type CauseTree =
  | CauseLeaf
  | { readonly kind: 'all'; readonly parts: readonly CauseTree[] }
  | { readonly kind: 'step'; readonly step: string; readonly inner: CauseTree }
  /** The causes lie within a union of the reader. */
  | {
      readonly kind: 'within'
      readonly reader: UnionNode
      readonly writer: SchemaNode
      readonly inner: CauseTree
    }
  | CauseBranch

/** A cause at the end of the way. */
export interface CauseLeaf {
  readonly kind: 'cause'
  readonly cause: Omit<RootCause, 'path' | 'within' | 'writerUnion' | 'causes'>
  /** What becomes {@link RootCause.causes}. */
  readonly causes?: CauseTree
}

/** The pair is a reader that is no union, and a branch of a writer that is one. */
interface CauseBranch {
  readonly kind: 'branch'
  readonly reader: SchemaNode
  readonly branch: SchemaNode
  readonly writerUnion: UnionNode
  readonly inner: CauseTree
}

/** Nothing is wrong. */
export const noCauses: CauseTree = { kind: 'all', parts: [] }

/** Each reason once, by the first path. */
export function toRootCauses(tree: CauseTree): readonly RootCause[] {
  return gather(tree, [])
}

/** Whether there is more than one reason. */
export function hasSeveralCauses(tree: CauseTree): boolean {
  let count = 0
  new CauseWalk([], () => ++count < 2).visit(tree)
  return count > 1
}

function gather(tree: CauseTree, start: readonly string[]): readonly RootCause[] {
  const causes: RootCause[] = []
  const walk = new CauseWalk(start, ({ cause, causes: more }, within, writerUnion) => {
    causes.push({
      ...cause,
      path: [...walk.path],
      ...(within && { within }),
      ...(writerUnion && { writerUnion }),
      ...(more && { causes: gather(more, walk.path) }),
    })
    return true
  })
  walk.visit(tree)
  return causes
}

/** Hears of a reason, and says whether it wants to hear of more. */
type Tell = (
  leaf: CauseLeaf,
  within: UnionOnTheWay | undefined,
  writerUnion: UnionNode | undefined,
) => boolean

/** Tells of each reason once, where it is first met. */
class CauseWalk {
  /** The way to where the walk is. */
  readonly path: string[]
  readonly #tell: Tell
  readonly #told = new PairMap<Set<RootCause['type']>>()
  /** Whatever way leads to them again, their reasons have been told. */
  readonly #visited = new Set<CauseTree>()

  constructor(start: readonly string[], tell: Tell) {
    this.path = [...start]
    this.#tell = tell
  }

  /** @returns whether to go on. */
  visit(tree: CauseTree, within?: UnionOnTheWay): boolean {
    if (this.#visited.has(tree)) return true
    this.#visited.add(tree)
    switch (tree.kind) {
      case 'cause':
        return this.#tellOnce(tree, within)
      case 'all':
        return tree.parts.every((part) => this.visit(part, within))
      case 'step': {
        this.path.push(tree.step)
        const goesOn = this.visit(tree.inner, within)
        this.path.pop()
        return goesOn
      }
      case 'within': {
        const { reader, writer } = tree
        // Of several, the outermost.
        return this.visit(tree.inner, within ?? { reader, writer, depth: this.path.length })
      }
      case 'branch':
        // The reasons of the pair itself come before those of its parts.
        return (
          ownLeaves(tree).every((leaf) => this.#tellOnce(leaf, within, tree.writerUnion)) &&
          this.visit(tree.inner, within)
        )
    }
  }

  #tellOnce(leaf: CauseLeaf, within: UnionOnTheWay | undefined, writerUnion?: UnionNode): boolean {
    const { type, reader, writer } = leaf.cause
    const types = this.#told.get(reader, writer) ?? new Set()
    if (types.has(type)) return true
    this.#told.set(reader, writer, types.add(type))
    return this.#tell(leaf, within, writerUnion)
  }
}

function ownLeaves({ reader, branch, inner }: CauseBranch): readonly CauseLeaf[] {
  const parts = inner.kind === 'all' ? inner.parts : [inner]
  return parts.filter(
    (part) => part.kind === 'cause' && part.cause.reader === reader && part.cause.writer === branch,
  ) as CauseLeaf[]
}
