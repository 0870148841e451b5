import type { EvolutionDirection } from '../check-evolution.ts'
import type { EvolutionRuleId } from '../evolution-rule-id.ts'
import type { IncompatibilityType } from '../incompatibility.ts'

/** A type or a field on one side of a finding. */
export interface FindingPlace {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
  /** JSON pointer into the text that defines it. */
  readonly pointer: string
  /** Full name of the innermost named type that it is or stands in; where that came as a reference, so did the text. */
  readonly definedIn: string | undefined
}

/** What Avro Java says, and so a registry. */
export interface RegistryWords {
  /** `undefined` where Avro Java throws instead. */
  readonly type: IncompatibilityType | undefined
  /** Pointer as Avro Java writes it; `undefined` where it throws. */
  readonly location: string | undefined
  readonly message: string
}

/** One thing that is wrong, or unwise, about a change of a schema. */
export interface EvolutionFinding {
  readonly ruleId: EvolutionRuleId
  /** `registry`: a registry refuses the schema for it. `advice`: it does not, and it does harm all the same. */
  readonly kind: 'registry' | 'advice'
  /**
   * Whose reading it is about: `backward` is a consumer on the new schema, `forward` one on the old; `undefined` for
   * advice about both.
   */
  readonly direction: EvolutionDirection | undefined
  /** The way there in names from the root, `[]` for the items of an array and `{}` for the values of a map. */
  readonly path: readonly string[]
  /** The enum symbols that it is about. */
  readonly symbols: readonly string[]
  /** In the schema that reads; without a direction in the new one. `undefined` where there is nothing like it. */
  readonly reader: FindingPlace | undefined
  /** In the schema that wrote; without a direction in the old one. `undefined` where there is nothing like it. */
  readonly writer: FindingPlace | undefined
  /** Who fails, and why. */
  readonly message: string
  /** What else helps to understand it, as what a registry prints instead. */
  readonly detail: string | undefined
  /** What to do, with the piece of schema to paste. */
  readonly fix: string
  /** What is wrong inside, where the finding stands for several things. */
  readonly causes: readonly EvolutionFinding[]
  /** What a registry reports of it; `undefined` for advice. */
  readonly registry: RegistryWords | undefined
  /** What tells it from others of its rule and path: names and values, no lines and no indexes. */
  readonly key: string
}
