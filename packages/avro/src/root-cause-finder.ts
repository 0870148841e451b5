import type { IncompatibilityType } from './incompatibility.ts'
import {
  findWriterField,
  isNameMatch,
  isPromoted,
  type AmbiguousAliasError,
} from './reader-writer-checker.ts'
import { PairMap } from './pair-map.ts'
import type { FieldNode, RecordNode, SchemaNode, UnionNode } from './schema-node.ts'

/** The innermost reason why a reader cannot read a writer's data. */
export interface RootCause {
  /** `AMBIGUOUS_ALIAS` is what makes Avro Java throw. */
  readonly type: IncompatibilityType | 'AMBIGUOUS_ALIAS'
  /**
   * The way there in the reader's names, `[]` for the items of an array and `{}` for the values of a map; for
   * `AMBIGUOUS_ALIAS` the name of the field alone.
   */
  readonly path: readonly string[]
  /** What cannot read: its line, column and pointer are those of its definition, in its own text. */
  readonly reader: SchemaNode | FieldNode
  /** What cannot be read; the record without the field where a field is missing. */
  readonly writer: SchemaNode
  /** The writer's symbols that the reader lacks, for `MISSING_ENUM_SYMBOLS`. */
  readonly symbols?: readonly string[]
  /** The fields that the two stand in, the innermost ones on the way: a named type may be defined elsewhere. */
  readonly fields?: FieldPair | undefined
  /** The record that lacks its like on the other side, for `READER_FIELD_MISSING_DEFAULT_VALUE`. */
  readonly readerRecord?: RecordNode
  /** The outermost union of the reader on the way, which is all that Avro Java reports. */
  readonly within?: UnionOnTheWay
  /** The writer's union of which {@link RootCause.writer} is a branch that the reader, no union, cannot read. */
  readonly writerUnion?: UnionNode
  /**
   * For `MISSING_UNION_BRANCH`: what is wrong with the branch that is most like the writer's type, where there is one
   * of the same kind that has another name and more that does not fit.
   */
  readonly causes?: readonly RootCause[]
}

/** A reader's field and the writer's that it reads. */
interface FieldPair {
  readonly reader: FieldNode
  readonly writer: FieldNode
}

/** A union of the reader that cannot read what the writer has in its place. */
interface UnionOnTheWay {
  readonly reader: UnionNode
  /** The writer's type, or the branch of its union. */
  readonly writer: SchemaNode
  /** How many steps of the path lead to it. */
  readonly depth: number
}

interface Verdict {
  readonly isReadable: boolean
  readonly causes: readonly RootCause[]
  /** The outermost open pair whose causes are missing here, because it gives them itself. */
  readonly heldBy: number
}

interface KnownVerdict extends Verdict {
  /** Length of the path by which the pair was met. */
  readonly depth: number
}

const nobody = Infinity
const readable: Verdict = { isReadable: true, causes: [], heldBy: nobody }

/**
 * One walk over two schemas that goes on where Avro Java stops: into the branch of a union that was meant. A pair that
 * is still being compared counts as readable, unless an earlier walk has shown that it is not.
 */
export class RootCauseFinder {
  readonly #unreadable: PairMap<true>
  /** Pairs that are being compared, by their number. */
  readonly #open = new PairMap<number>()
  readonly #openNumbers = new Set<number>()
  readonly #known = new PairMap<KnownVerdict>()
  /** The branches of the writer's union that a reader's union is to read one of, by that pair. */
  readonly #siblings = new PairMap<readonly SchemaNode[]>()
  /** The fields that are being compared, innermost last. */
  readonly #fields: FieldPair[] = []
  #lastNumber = 0

  constructor(unreadable: PairMap<true>) {
    this.#unreadable = unreadable
  }

  compare(reader: SchemaNode, writer: SchemaNode, path: readonly string[]): Verdict {
    const open = this.#open.get(reader, writer)
    if (open !== undefined) {
      return this.#unreadable.get(reader, writer) === true
        ? { isReadable: false, causes: [], heldBy: open }
        : readable
    }
    const known = this.#known.get(reader, writer)
    if (known !== undefined && (known.heldBy === nobody || this.#openNumbers.has(known.heldBy))) {
      return { ...known, causes: known.causes.map((cause) => moveCause(cause, path, known.depth)) }
    }
    const number = ++this.#lastNumber
    this.#open.set(reader, writer, number)
    this.#openNumbers.add(number)
    const found = this.#calculate(reader, writer, path)
    this.#open.delete(reader, writer)
    this.#openNumbers.delete(number)
    const verdict = found.heldBy === number ? { ...found, heldBy: nobody } : found
    if (!verdict.isReadable) this.#unreadable.set(reader, writer, true)
    this.#known.set(reader, writer, { ...verdict, depth: path.length })
    return verdict
  }

  #calculate(reader: SchemaNode, writer: SchemaNode, path: readonly string[]): Verdict {
    if (writer.type === 'union') {
      return this.#compareWithBranches(reader, writer, path)
    }
    if (reader.type === 'union') return this.#compareBranches(reader, writer, path)
    if (reader.type === 'array' && writer.type === 'array') {
      return this.compare(reader.items, writer.items, [...path, '[]'])
    }
    if (reader.type === 'map' && writer.type === 'map') {
      return this.compare(reader.values, writer.values, [...path, '{}'])
    }
    const fields = this.#fields.at(-1)
    const fail = (type: RootCause['type']): Verdict => unreadable({ type, path, reader, writer, fields })
    if ('fullName' in reader && 'fullName' in writer && reader.type === writer.type) {
      const named = isNameMatch(reader, writer) ? readable : fail('NAME_MISMATCH')
      if (reader.type === 'fixed' && writer.type === 'fixed') {
        return merge([named, reader.size === writer.size ? readable : fail('FIXED_SIZE_MISMATCH')])
      }
      if (reader.type === 'enum' && writer.type === 'enum') {
        const symbols = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol))
        if (symbols.length === 0 || reader.default !== undefined) return named
        return merge([named, unreadable({ type: 'MISSING_ENUM_SYMBOLS', path, reader, writer, symbols })])
      }
      if (reader.type === 'record' && writer.type === 'record') {
        return merge([named, ...this.#compareFields(reader, writer, path)])
      }
    }
    return reader.type === writer.type || isPromoted(reader, writer) ? readable : fail('TYPE_MISMATCH')
  }

  #compareWithBranches(reader: SchemaNode, writer: UnionNode, path: readonly string[]): Verdict {
    if (reader.type === 'union') {
      for (const branch of writer.branches) this.#siblings.set(reader, branch, writer.branches)
      return merge(writer.branches.map((branch) => this.compare(reader, branch, path)))
    }
    const verdicts = writer.branches.map((branch) => {
      const verdict = this.compare(reader, branch, path)
      const causes = verdict.causes.map((cause) =>
        cause.reader === reader && cause.writer === branch ? { ...cause, writerUnion: writer } : cause,
      )
      return { ...verdict, causes }
    })
    return merge(verdicts)
  }

  /**
   * The branch that was meant is the one of the same name, else the first of the same type that is not meant by another
   * branch of the writer.
   */
  #compareBranches(reader: UnionNode, writer: SchemaNode, path: readonly string[]): Verdict {
    const tried: { readonly branch: SchemaNode; readonly verdict: Verdict }[] = []
    // No branch behind the first that fits: as in Avro Java, an ambiguous alias there does no harm.
    for (const branch of reader.branches) {
      const verdict = this.compare(branch, writer, path)
      if (verdict.isReadable) return readable
      tried.push({ branch, verdict })
    }
    const within: UnionOnTheWay = { reader, writer, depth: path.length }
    const missing = unreadable({
      type: 'MISSING_UNION_BRANCH',
      path,
      reader,
      writer,
      within,
      fields: this.#fields.at(-1),
    })
    const siblings = this.#siblings.get(reader, writer) ?? []
    const similar = tried.filter(({ branch }) => branch.type === writer.type)
    const namesake = similar.find(({ branch }) => isNamesake(branch, writer))
    const free = similar.find(
      ({ branch }) => !siblings.some((other) => other !== writer && isNamesake(branch, other)),
    )
    const meant = (namesake ?? free)?.verdict
    if (meant === undefined) return missing
    const causes = meant.causes.map((cause) => ({ ...cause, within }))
    // Of another name, and more that does not fit: another type in its place, rather than the same one renamed.
    if (namesake === undefined && 'fullName' in writer && causes.length > 1) {
      return { ...meant, causes: missing.causes.map((cause) => ({ ...cause, causes })) }
    }
    return { ...meant, causes }
  }

  #compareFields(reader: RecordNode, writer: RecordNode, path: readonly string[]): Verdict[] {
    return reader.fields.map((field) => {
      const inside = [...path, field.name]
      const written = findWriterField(field, writer)
      if (written !== undefined) {
        this.#fields.push({ reader: field, writer: written })
        const verdict = this.compare(field.type, written.type, inside)
        this.#fields.pop()
        return verdict
      }
      if (field.default !== undefined) return readable
      return unreadable({
        type: 'READER_FIELD_MISSING_DEFAULT_VALUE',
        path: inside,
        reader: field,
        writer,
        readerRecord: reader,
      })
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

function unreadable(cause: RootCause): Verdict {
  return { isReadable: false, causes: [cause], heldBy: nobody }
}

/** What was found by one path stands at the end of another, too. */
function moveCause(cause: RootCause, path: readonly string[], depth: number): RootCause {
  const { within, causes } = cause
  return {
    ...cause,
    path: [...path, ...cause.path.slice(depth)],
    ...(within && { within: { ...within, depth: within.depth - depth + path.length } }),
    ...(causes && { causes: causes.map((inner) => moveCause(inner, path, depth)) }),
  }
}

/** Each reason once, by the first path. */
function merge(verdicts: readonly Verdict[]): Verdict {
  const seen = new PairMap<string[]>()
  const causes = verdicts
    .flatMap((verdict) => verdict.causes)
    .filter(({ type, reader, writer }) => {
      const types = seen.get(reader, writer) ?? []
      seen.set(reader, writer, [...types, type])
      return !types.includes(type)
    })
  return {
    isReadable: verdicts.every(({ isReadable }) => isReadable),
    causes,
    heldBy: Math.min(nobody, ...verdicts.map(({ heldBy }) => heldBy)),
  }
}
