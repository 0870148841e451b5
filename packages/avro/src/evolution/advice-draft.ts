import type { EvolutionDirection } from '../check-evolution.ts'
import type { AdviceRuleId } from '../evolution-rule-id.ts'
import type { FieldNode, SchemaNode } from '../schema-node.ts'

/** An advice before its places are looked up. */
export interface AdviceDraft {
  readonly ruleId: AdviceRuleId
  /** `undefined` where it is about readers on either side. */
  readonly direction?: EvolutionDirection
  readonly path: readonly string[]
  readonly symbols?: readonly string[]
  /** In the old schema. */
  readonly before?: SchemaNode | FieldNode
  /** In the new schema. */
  readonly now?: SchemaNode | FieldNode
  readonly message: string
  readonly detail?: string
  readonly fix: string
  readonly key: string
}
