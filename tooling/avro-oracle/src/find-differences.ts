import { answerPair, comparable, verdictOf, type PairAnswer, type Verdict } from './pair-answer.ts'
import type { SchemaPair } from './random-pairs.ts'

/** A pair of which the two say different things. */
interface Difference {
  readonly pair: SchemaPair
  readonly java: PairAnswer
  readonly headwater: PairAnswer
}

/** How many pairs ended how, and where the two do not agree. */
export interface Comparison {
  readonly verdicts: Readonly<Record<Verdict, number>>
  /** Shortest pairs first. */
  readonly differences: readonly Difference[]
}

/** Holds the answers of @headwater/avro against those of Avro Java. */
export function findDifferences(pairs: readonly SchemaPair[], answers: readonly PairAnswer[]): Comparison {
  const verdicts = { compatible: 0, incompatible: 0, exception: 0, refused: 0 }
  const differences: Difference[] = []
  for (const [index, pair] of pairs.entries()) {
    const java = answers[index]!
    const headwater = answerPair(pair)
    verdicts[verdictOf(java)]++
    if (comparable(java) !== comparable(headwater)) differences.push({ pair, java, headwater })
  }
  const length = ({ pair }: Difference): number => JSON.stringify(pair).length
  return { verdicts, differences: differences.toSorted((a, b) => length(a) - length(b)) }
}
