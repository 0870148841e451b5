import type { EvolutionDirection, FieldNode, SchemaNode } from '@headwater/avro'
import type { RootCause } from './root-cause.ts'

/** What people read about an incompatibility. */
export interface RuleText {
  readonly ruleId: string
  readonly message: string
  readonly fix: string
}

interface Side {
  /** Who fails: the consumer that reads. */
  readonly consumer: string
  readonly events: string
}

const sides: Readonly<Record<EvolutionDirection, Side>> = {
  backward: {
    consumer: 'Consumers on the new schema',
    events: 'events that were written with the old one',
  },
  forward: {
    consumer: 'Consumers still on the old schema',
    events: 'events that are written with the new one',
  },
}

/** The rule, the sentence and the fix for an incompatibility. */
export function toRuleText({ leaf, steps, names }: RootCause, direction: EvolutionDirection): RuleText {
  const { consumer, events } = sides[direction]
  const isBackward = direction === 'backward'
  const where = names.join('.') || 'the schema'
  const cannot = `${consumer} cannot read ${events}`
  const end = steps.at(-1)!
  switch (leaf.type) {
    case 'READER_FIELD_MISSING_DEFAULT_VALUE':
      return isBackward
        ? {
            ruleId: 'field-no-default',
            message: `${cannot}: they have no ${leaf.message}, and it has no default.`,
            fix: `give it a default, best as an optional field: { "name": "${leaf.message}", "type": ["null", ${typeText(end.reader)}], "default": null }`,
          }
        : {
            ruleId: 'field-removed',
            message: `${cannot}: ${leaf.message} is gone, and it has no default there.`,
            fix: `keep ${leaf.message}, or first release a version in which it has a default and wait until all consumers have it`,
          }
    case 'TYPE_MISMATCH':
      return {
        ruleId: 'field-type-changed',
        message: `${cannot}: ${where} does not fit (${leaf.message}).`,
        fix: isBackward
          ? 'keep the type, or take one that it is promoted to (int to long, float or double; long to float or double; float to double; string and bytes to each other); else add a new field and keep the old one'
          : 'keep the type: a wider one is safe for new consumers only; else add a new field and keep the old one',
      }
    case 'MISSING_ENUM_SYMBOLS':
      return isBackward
        ? {
            ruleId: 'enum-symbol-removed',
            message: `${cannot}: the symbols ${leaf.message} of ${where} are gone.`,
            fix: 'keep the symbols, or give the enum itself a "default" (a default of the field does not help)',
          }
        : {
            ruleId: 'enum-symbol-added',
            message: `${cannot}: they do not know the symbols ${leaf.message} of ${where}, and the enum has no default there.`,
            fix: 'first release a version in which the enum itself has a "default", or use mode BACKWARD',
          }
    case 'NAME_MISMATCH':
      return {
        ruleId: 'type-renamed',
        message: `${cannot}: the type of ${where} has another name (${leaf.message}).`,
        fix: isBackward
          ? `keep the name, or add the old one to the aliases, fully qualified: "aliases": ["${leaf.message.replace('expected: ', '')}"]`
          : 'keep the name: an alias helps new consumers only',
      }
    case 'FIXED_SIZE_MISMATCH':
      return {
        ruleId: 'fixed-size-changed',
        message: `${cannot}: the fixed type of ${where} has another size (${leaf.message}).`,
        fix: 'keep the size; put the new size into a new type and a new field',
      }
    case 'MISSING_UNION_BRANCH':
      return {
        ruleId: 'union-branch-missing',
        message: `${cannot}: the union of ${where} has no branch for them (${leaf.message}).`,
        fix: isBackward
          ? 'keep the branch'
          : 'first release a version that has the branch to all consumers, and write it later',
      }
  }
}

/** The rule for a pair on which Avro Java gives up: a field whose name and aliases fit two fields of the other side. */
export function ambiguousAlias(direction: EvolutionDirection, exception: string): RuleText {
  const { consumer, events } = sides[direction]
  return {
    ruleId: 'ambiguous-alias',
    message: `${consumer} cannot read ${events}: ${exception}`,
    fix: 'remove the alias that fits a second field',
  }
}

function typeText(node: SchemaNode | FieldNode): string {
  const type = 'order' in node ? node.type : node
  return 'fullName' in type
    ? `"${type.fullName}"`
    : type.type === 'array' || type.type === 'map' || type.type === 'union'
      ? '...'
      : `"${type.type}"`
}
