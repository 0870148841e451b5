import { field, orderFile, orderWith } from './example-schema.ts'
import type { RuleEntry } from './rule-entry.ts'
import type { SetRuleId } from './set-rule.ts'

const optional = { default: null }
const note = field('note', ['null', 'string'], optional)
const order = orderWith()['schemas/order.avsc']
const refund = { 'schemas/refund.avsc': { type: 'record', name: 'Refund', namespace: 'shop', fields: [] } }

/** What happened to the set of schemas and their subjects. */
export const setRuleEntries: Readonly<Record<SetRuleId, RuleEntry>> = {
  'schema-deleted': {
    title: 'a schema is gone',
    about:
      'The registry still has the subject, topics still have its events, and from now on nobody checks what is registered there.',
    fix: 'Keep the file until nobody reads the topic. Then allow it with allowDelete, or accept the finding.',
    example: {
      before: { ...orderWith(), ...refund },
      after: orderWith(),
      fixed: { ...orderWith(), ...refund },
    },
  },
  'schema-moved': {
    title: 'a schema is in another file',
    about: 'The file moved and the type is the same, so it is compared with what it was under the old path.',
    fix: 'Nothing, as long as its subject is the same.',
    example: {
      before: orderWith(),
      after: { 'schemas/orders/placed.avsc': order },
      fixed: orderWith(note),
    },
  },
  'subject-changed': {
    title: 'a schema has another subject',
    about:
      'It is registered under a new subject, without any earlier version to hold it to; the old subject keeps its versions and is checked no more.',
    fix: 'Keep the subject: by an override for the file, or by the topic that it had.',
    example: {
      settings: { subjects: { strategy: 'topic' } },
      before: orderFile({ 'x-topic': 'orders' }),
      after: orderFile({ 'x-topic': 'purchases' }),
      fixed: orderFile({ 'x-topic': 'orders' }, note),
    },
  },
  'schema-added': {
    title: 'a schema is new',
    about: 'There is nothing to compare it with. What it says now is what later versions are held to.',
    fix: 'Nothing.',
    example: {
      before: orderWith(),
      after: { ...orderWith(), ...refund },
      fixed: orderWith(note),
    },
  },
  'reference-drift': {
    title: 'a referenced schema is newer here than in the registry',
    about:
      'The version in the registry refers to an older version of the shared type than the file here. Consumers that take the schema from the registry do not see the newer one.',
    fix: 'Register the shared type first, then the schemas that refer to it.',
    example: undefined,
  },
  'revert-of-version': {
    title: 'the schema is what an earlier version was',
    about:
      'A registry that meets a schema that it has gives back the id of then, without any check and without a new version: the last version stays what it is.',
    fix: 'If the old version is wanted back, change something about it, such as a doc, so that it is checked and becomes the last one.',
    example: {
      earlier: [orderWith()],
      before: orderWith(note),
      after: orderWith(),
      fixed: orderFile({ doc: 'Without the note again.' }),
    },
  },
}
