import { hasSeveralCauses, noCauses, type CauseLeaf, type CauseTree } from './cause-tree.ts'
import {
  findWriterField,
  isNameMatch,
  isPromoted,
  type AmbiguousAliasError,
} from './reader-writer-checker.ts'
import { PairMap } from './pair-map.ts'
import type { FieldPair, RootCause } from './root-cause.ts'
import type { RecordNode, SchemaNode, UnionNode } from './schema-node.ts'

interface Verdict {
  readonly isReadable: boolean
  readonly causes: CauseTree
  /** The outermost open pair whose causes are missing here, because it gives them itself. */
  readonly heldBy: number
}

const nobody = Infinity
const readable: Verdict = { isReadable: true, causes: noCauses, heldBy: nobody }

/**
 * One walk over two schemas that goes on where Avro Java stops: into the branch of a union that was meant. A pair that
 * is still being compared counts as readable, unless an earlier walk has shown that it is not.
 */
export class RootCauseFinder {
  readonly #unreadable: PairMap<true>
  /** Pairs that are being compared, by their number. */
  readonly #open = new PairMap<number>()
  readonly #openNumbers = new Set<number>()
  readonly #known = new PairMap<Verdict>()
  /** The branches of the writer's union that a reader's union is to read one of, by that pair. */
  readonly #siblings = new PairMap<readonly SchemaNode[]>()
  /** The fields that are being compared, innermost last. */
  readonly #fields: FieldPair[] = []
  #lastNumber = 0

  constructor(unreadable: PairMap<true>) {
    this.#unreadable = unreadable
  }

  compare(reader: SchemaNode, writer: SchemaNode): Verdict {
    const open = this.#open.get(reader, writer)
    if (open !== undefined) {
      return this.#unreadable.get(reader, writer) === true
        ? { isReadable: false, causes: noCauses, heldBy: open }
        : readable
    }
    const known = this.#known.get(reader, writer)
    if (known !== undefined && (known.heldBy === nobody || this.#openNumbers.has(known.heldBy))) return known
    const number = ++this.#lastNumber
    this.#open.set(reader, writer, number)
    this.#openNumbers.add(number)
    const found = this.#calculate(reader, writer)
    this.#open.delete(reader, writer)
    this.#openNumbers.delete(number)
    const verdict = found.heldBy === number ? { ...found, heldBy: nobody } : found
    if (!verdict.isReadable) this.#unreadable.set(reader, writer, true)
    this.#known.set(reader, writer, verdict)
    return verdict
  }

  #calculate(reader: SchemaNode, writer: SchemaNode): Verdict {
    if (writer.type === 'union') return this.#compareWithBranches(reader, writer)
    if (reader.type === 'union') return this.#compareBranches(reader, writer)
    if (reader.type === 'array' && writer.type === 'array') {
      return atStep('[]', this.compare(reader.items, writer.items))
    }
    if (reader.type === 'map' && writer.type === 'map') {
      return atStep('{}', this.compare(reader.values, writer.values))
    }
    const fields = this.#fields.at(-1)
    const fail = (type: RootCause['type']): Verdict => unreadable({ type, reader, writer, fields })
    if ('fullName' in reader && 'fullName' in writer && reader.type === writer.type) {
      const named = isNameMatch(reader, writer) ? readable : fail('NAME_MISMATCH')
      if (reader.type === 'fixed' && writer.type === 'fixed') {
        return merge([named, reader.size === writer.size ? readable : fail('FIXED_SIZE_MISMATCH')])
      }
      if (reader.type === 'enum' && writer.type === 'enum') {
        const symbols = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol))
        if (symbols.length === 0 || reader.default !== undefined) return named
        return merge([named, unreadable({ type: 'MISSING_ENUM_SYMBOLS', reader, writer, symbols })])
      }
      if (reader.type === 'record' && writer.type === 'record') {
        return merge([named, ...this.#compareFields(reader, writer)])
      }
    }
    return reader.type === writer.type || isPromoted(reader, writer) ? readable : fail('TYPE_MISMATCH')
  }

  #compareWithBranches(reader: SchemaNode, writer: UnionNode): Verdict {
    if (reader.type === 'union') {
      for (const branch of writer.branches) this.#siblings.set(reader, branch, writer.branches)
      return merge(writer.branches.map((branch) => this.compare(reader, branch)))
    }
    const verdicts = writer.branches.map((branch): Verdict => {
      const verdict = this.compare(reader, branch)
      if (verdict.causes === noCauses) return verdict
      const causes: CauseTree = { kind: 'branch', reader, branch, writerUnion: writer, inner: verdict.causes }
      return { ...verdict, causes }
    })
    return merge(verdicts)
  }

  /**
   * The branch that was meant is the one of the same name, else the first of the same type that is not meant by another
   * branch of the writer.
   */
  #compareBranches(reader: UnionNode, writer: SchemaNode): Verdict {
    const tried: { readonly branch: SchemaNode; readonly verdict: Verdict }[] = []
    // No branch behind the first that fits: as in Avro Java, an ambiguous alias there does no harm.
    for (const branch of reader.branches) {
      const verdict = this.compare(branch, writer)
      if (verdict.isReadable) return readable
      tried.push({ branch, verdict })
    }
    const missing: CauseLeaf = {
      kind: 'cause',
      cause: { type: 'MISSING_UNION_BRANCH', reader, writer, fields: this.#fields.at(-1) },
    }
    const within = (inner: CauseTree): CauseTree => ({ kind: 'within', reader, writer, inner })
    const siblings = this.#siblings.get(reader, writer) ?? []
    const similar = tried.filter(({ branch }) => branch.type === writer.type)
    const namesake = similar.find(({ branch }) => isNamesake(branch, writer))
    const free = similar.find(
      ({ branch }) => !siblings.some((other) => other !== writer && isNamesake(branch, other)),
    )
    const meant = (namesake ?? free)?.verdict
    if (meant === undefined) return { isReadable: false, causes: within(missing), heldBy: nobody }
    const causes = within(meant.causes)
    // Of another name, and more that does not fit: another type in its place, rather than the same one renamed.
    if (namesake === undefined && 'fullName' in writer && hasSeveralCauses(meant.causes)) {
      return { ...meant, causes: within({ ...missing, causes }) }
    }
    return { ...meant, causes }
  }

  #compareFields(reader: RecordNode, writer: RecordNode): Verdict[] {
    return reader.fields.map((field) => {
      const written = findWriterField(field, writer)
      if (written !== undefined) {
        this.#fields.push({ reader: field, writer: written })
        const verdict = this.compare(field.type, written.type)
        this.#fields.pop()
        return atStep(field.name, verdict)
      }
      if (field.default !== undefined) return readable
      const type = 'READER_FIELD_MISSING_DEFAULT_VALUE'
      return atStep(field.name, unreadable({ type, reader: field, writer, readerRecord: reader }))
    })
  }
}

/** The cause where the comparison ends in an exception. */
export function toAmbiguousAlias(error: AmbiguousAliasError): RootCause {
  const { field, writer } = error
  return { type: 'AMBIGUOUS_ALIAS', path: [field.name], reader: field, writer }
}

function isNamesake(reader: SchemaNode, writer: SchemaNode): boolean {
  return 'fullName' in reader && 'fullName' in writer && isNameMatch(reader, writer)
}

function unreadable(cause: CauseLeaf['cause']): Verdict {
  return { isReadable: false, causes: { kind: 'cause', cause }, heldBy: nobody }
}

function atStep(step: string, verdict: Verdict): Verdict {
  if (verdict.causes === noCauses) return verdict
  return { ...verdict, causes: { kind: 'step', step, inner: verdict.causes } }
}

function merge(verdicts: readonly Verdict[]): Verdict {
  const parts = verdicts.map(({ causes }) => causes).filter((causes) => causes !== noCauses)
  return {
    isReadable: verdicts.every(({ isReadable }) => isReadable),
    causes: parts.length > 1 ? { kind: 'all', parts } : (parts[0] ?? noCauses),
    heldBy: Math.min(nobody, ...verdicts.map(({ heldBy }) => heldBy)),
  }
}
