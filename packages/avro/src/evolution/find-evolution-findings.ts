import { checkReaderWriter, type ReaderWriterResult } from '../check-reader-writer.ts'
import type { EvolutionDirection } from '../check-evolution.ts'
import { findRootCauses } from '../find-root-causes.ts'
import type { FieldNode, ParsedSchema } from '../schema-node.ts'
import type { RootCause } from '../root-cause.ts'
import type { EvolutionFinding, RegistryWords } from './evolution-finding.ts'
import { toEvolutionSide, placeWords, type EvolutionSide } from './evolution-side.ts'
import { findReported } from './find-reported.ts'
import { createPlaceOf, type PlaceOf } from './place-of.ts'
import { toRegistryText } from './registry-text.ts'
import { typeLabel } from './type-label.ts'

/** What {@link findEvolutionFindings} compares. */
export interface FindEvolutionFindingsOptions {
  /** The schema to be registered. */
  readonly proposed: ParsedSchema
  /** One that stands. */
  readonly previous: ParsedSchema
  /** Who reads: `backward` is a consumer on the proposed schema, `forward` one on the other. */
  readonly direction: EvolutionDirection
  /** The answer of `checkReaderWriter`, if it is known already. Default: it is asked for. */
  readonly answer?: ReaderWriterResult | undefined
}

/**
 * What a registry has against a schema, for people: the innermost reasons, inside unions, too, with their places on
 * both sides and the piece of schema that mends each. There are findings of kind `registry` exactly when
 * `checkReaderWriter` says "incompatible". Where a registry takes schemas that cannot be read, the findings are advice
 * of the rule `registry-unsound`.
 */
export function findEvolutionFindings(options: FindEvolutionFindingsOptions): readonly EvolutionFinding[] {
  const side = toEvolutionSide(options.proposed, options.previous, options.direction)
  const answer = options.answer ?? checkReaderWriter(side.reader, side.writer)
  const context: Context = {
    side,
    answer,
    readerPlace: createPlaceOf(side.reader),
    writerPlace: createPlaceOf(side.writer),
  }
  return findRootCauses(side.reader, side.writer).map((cause) => toFinding(cause, context))
}

interface Context {
  readonly side: EvolutionSide
  readonly answer: ReaderWriterResult
  readonly readerPlace: PlaceOf
  readonly writerPlace: PlaceOf
}

function toFinding(cause: RootCause, context: Context): EvolutionFinding {
  const { side, answer } = context
  const text = toRegistryText(cause, side)
  const { path, reader, writer, symbols = [] } = cause
  const registry = toRegistryWords(cause, context)
  const finding: EvolutionFinding = {
    ...text,
    kind: 'registry',
    direction: side.direction,
    path,
    symbols,
    reader: context.readerPlace(useOf(reader, cause.fields?.reader, cause)),
    writer: context.writerPlace(useOf(writer, cause.fields?.writer, cause)),
    detail: toDetail(cause, registry),
    causes: (cause.causes ?? []).map((inner) => toFinding(inner, context)),
    registry,
  }
  if (!answer.compatible) return finding
  return {
    ...finding,
    ruleId: 'registry-unsound',
    kind: 'advice',
    detail:
      'registries take it all the same: they believe of a recursive type what they assumed while they compared another',
    registry: undefined,
    key: `${text.ruleId} ${text.key}`,
  }
}

/** The field that uses a named type which is defined elsewhere, when it is the use that does not fit. */
function useOf(
  node: RootCause['reader'],
  field: FieldNode | undefined,
  { type }: RootCause,
): RootCause['reader'] {
  const isAboutUse = type === 'TYPE_MISMATCH' || type === 'MISSING_UNION_BRANCH'
  if (!isAboutUse || field === undefined || !('fullName' in node)) return node
  return node.pointer.startsWith(`${field.pointer}/`) ? node : field
}

function toRegistryWords(cause: RootCause, { side, answer }: Context): RegistryWords {
  const { exception, incompatibilities } = answer
  if (exception !== undefined) return { type: undefined, location: undefined, message: exception }
  const { type, location, message } = findReported(side.reader.root, cause, incompatibilities) ?? {}
  return { type, location, message: message ?? '' }
}

/** Where what a registry prints is no help. */
function toDetail(cause: RootCause, { type, message }: RegistryWords): string | undefined {
  const { within, path } = cause
  if (within !== undefined) {
    const where = placeWords(path.slice(0, within.depth))
    return `${where} is ${typeLabel(within.reader)}; registries print this as "${message}".`
  }
  if (type === cause.type || type === undefined) return undefined
  return `Registries print this as "${message}".`
}
