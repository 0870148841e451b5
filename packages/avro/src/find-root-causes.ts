import { toRootCauses } from './cause-tree.ts'
import { PairMap } from './pair-map.ts'
import { AmbiguousAliasError, ReaderWriterChecker } from './reader-writer-checker.ts'
import type { RootCause } from './root-cause.ts'
import { RootCauseFinder, toAmbiguousAlias } from './root-cause-finder.ts'
import type { ParsedSchema } from './schema-node.ts'

/**
 * What is really wrong between a reader and a writer. `checkReaderWriter` gives the words of Avro Java, which throws
 * away what is wrong inside a union and reports some findings in the wrong place; this gives each reason once, at its
 * innermost, with the nodes on both sides. Wherever a registry says "incompatible" there is at least one.
 *
 * The reverse does not hold: Avro Java takes some recursive schemas that cannot be read, because it believes of a pair
 * what it only assumed while it compared another. Causes where `checkReaderWriter` finds none are such a case.
 */
export function findRootCauses(reader: ParsedSchema, writer: ParsedSchema): readonly RootCause[] {
  try {
    const checker = new ReaderWriterChecker()
    const isCompatible = checker.isCompatible(reader.root, writer.root)
    if (isCompatible && !checker.hasAssumed) return []
    // What a walk assumed and then disproved makes it wrong: walk until nothing new is disproved.
    const unreadable = new PairMap<true>()
    for (;;) {
      const before = unreadable.size
      const { causes } = new RootCauseFinder(unreadable).compare(reader.root, writer.root)
      if (unreadable.size === before) return toRootCauses(causes)
    }
  } catch (error) {
    if (error instanceof AmbiguousAliasError) return [toAmbiguousAlias(error)]
    throw error
  }
}
