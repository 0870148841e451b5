import { checkReaderWriter, type Incompatibility, type ParsedSchema, type SchemaNode } from '@headwater/avro'
import { walkIncompatibility, type WalkStep } from './walk-incompatibility.ts'

/** An incompatibility with the way to it, and what is behind it. */
export interface RootCause {
  /** What a registry reports. */
  readonly reported: Incompatibility
  /** What is really wrong: the reported one, or the one that Avro Java drops inside a union. */
  readonly leaf: Incompatibility
  /** From the root to the leaf. */
  readonly steps: readonly WalkStep[]
  readonly names: readonly string[]
}

const maxDepth = 50

/**
 * Finds what is behind "reader union lacking writer type": Avro Java compares the branches and throws the reason away.
 * The branch that was meant is the one of the same type and name, else of the same type.
 */
export function findRootCauses(
  reader: ParsedSchema,
  writer: ParsedSchema,
  reported: Incompatibility,
): readonly RootCause[] {
  return dig(reader, writer, reported, maxDepth).map((cause) => ({ ...cause, reported }))
}

type Dug = Omit<RootCause, 'reported'>

function dig(
  reader: ParsedSchema,
  writer: ParsedSchema,
  leaf: Incompatibility,
  depth: number,
): readonly Dug[] {
  const { steps, names } = walkIncompatibility(reader.root, writer.root, leaf.location)
  const here: Dug = { leaf, steps, names }
  const end = steps.at(-1)!
  if (leaf.type !== 'MISSING_UNION_BRANCH' || depth === 0) return [here]
  if (end.reader.type !== 'union' || end.writer === undefined) return [here]
  const missing = end.writer as SchemaNode
  const meant = findMeant(end.reader.branches, missing)
  if (meant === undefined) return [here]
  const [inner, written] = [
    { ...reader, root: meant },
    { ...writer, root: missing },
  ]
  const causes = checkReaderWriter(inner, written).incompatibilities
  if (causes.length === 0) return [here]
  return causes.flatMap((cause) =>
    dig(inner, written, cause, depth - 1).map((deeper) => ({
      leaf: deeper.leaf,
      steps: [...steps, ...deeper.steps],
      names: [...names, ...deeper.names],
    })),
  )
}

function findMeant(branches: readonly SchemaNode[], missing: SchemaNode): SchemaNode | undefined {
  const same = branches.filter(({ type }) => type === missing.type)
  if (!('fullName' in missing)) return same[0]
  return same.find((branch) => 'fullName' in branch && branch.fullName === missing.fullName) ?? same[0]
}
