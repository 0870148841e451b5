import type { RegistryRuleId } from '@headwater/avro'
import { field, orderWith, record, statusOf } from './example-schema.ts'
import type { RuleEntry } from './rule-entry.ts'

const optional = { default: null }

/** What registries refuse, too. */
export const registryRuleEntries: Readonly<Record<RegistryRuleId, RuleEntry>> = {
  'field-no-default': {
    title: 'a field is new and has no default',
    about:
      'A consumer that has the new schema still meets events that were written without the field: those that are in the topic already, and those of producers that are deployed later. It finds no value for the field, and every such event fails. Avro Java calls it READER_FIELD_MISSING_DEFAULT_VALUE.',
    fix: 'Give the field a default. Best is an optional field: null as the first branch and as the default, so that nobody takes a made-up value for a real one.',
    example: {
      before: orderWith(),
      after: orderWith(field('phone', 'string')),
      fixed: orderWith(field('phone', ['null', 'string'], optional)),
    },
  },
  'field-removed': {
    title: 'a field is gone that older consumers cannot do without',
    about:
      'A consumer that still has the old schema expects the field, and there is no default to take instead. Levels that look at old consumers (FORWARD, FULL) refuse it; BACKWARD does not, for the new schema reads everything.',
    fix: 'Keep the field. To be rid of it, release a version in which it has a default, wait until every consumer has that version, then remove it.',
    example: {
      mode: 'FORWARD',
      before: orderWith(field('total', 'long')),
      after: orderWith(),
      fixed: orderWith(field('total', 'long'), field('note', 'string')),
    },
  },
  'field-renamed': {
    title: 'a field has another name',
    about:
      'Avro finds fields by name. For a reader the old field is gone and the new one has no value, although both have the same type and stand for the same thing.',
    fix: 'Name the old field in the aliases of the new one. An alias helps new consumers only: under FORWARD and FULL keep the old field and add the other beside it, with a default.',
    example: {
      before: orderWith(field('mail', 'string')),
      after: orderWith(field('email', 'string')),
      fixed: orderWith(field('email', 'string', { aliases: ['mail'] })),
    },
  },
  'field-type-changed': {
    title: 'a type does not read what was written',
    about:
      'A reader takes exactly the type that was written, or one that Avro promotes it to: int to long, float or double; long to float or double; float to double; string and bytes to each other. Everything else fails, such as a long that is read as an int.',
    fix: 'Keep the type, or take one that it is promoted to. Otherwise put the new type into a new field with a default and keep the old one.',
    example: {
      before: orderWith(field('total', 'long')),
      after: orderWith(field('total', 'string')),
      fixed: orderWith(field('total', 'long'), field('totalText', ['null', 'string'], optional)),
    },
  },
  'enum-symbol-removed': {
    title: 'an enum lost a symbol that events may hold',
    about:
      'Events with the symbol are in the topic, and a reader that does not know it cannot decode them. A default of the field does not help; only a default of the enum itself stands in for unknown symbols.',
    fix: 'Keep the symbol and stop writing it. If its value need not be told from others any more, give the enum a default.',
    example: {
      before: orderWith(statusOf(['NEW', 'PAID', 'REFUNDED'])),
      after: orderWith(statusOf(['NEW', 'PAID'])),
      fixed: orderWith(statusOf(['NEW', 'PAID', 'REFUNDED'], { doc: 'REFUNDED is written no more.' })),
    },
  },
  'enum-symbol-added': {
    title: 'an enum has a symbol that older consumers do not know',
    about:
      'Consumers that still have the old schema cannot decode an event with the new symbol, unless the enum that they have has a default.',
    fix: 'First release a version in which the enum has a default, wait until every consumer has it, then add the symbol.',
    example: {
      mode: 'FORWARD',
      before: orderWith(statusOf(['UNKNOWN', 'NEW', 'PAID'])),
      after: orderWith(statusOf(['UNKNOWN', 'NEW', 'PAID', 'REFUNDED'])),
      fixed: orderWith(statusOf(['UNKNOWN', 'NEW', 'PAID'], { default: 'UNKNOWN' })),
    },
  },
  'union-branch-missing': {
    title: 'a union has no branch for what was written',
    about:
      'A value of that branch is in the topic, or will be, and none of the branches of the reader takes it. Under BACKWARD a branch was removed, under FORWARD one was added.',
    fix: 'Keep the branch. To add one under FORWARD or FULL, first release a schema that has it to all consumers, and write it later.',
    example: {
      before: orderWith(field('code', ['null', 'string', 'long'], optional)),
      after: orderWith(field('code', ['null', 'string'], optional)),
      fixed: orderWith(
        field('code', ['null', 'string', 'long'], { doc: 'New codes are texts.', ...optional }),
      ),
    },
  },
  'union-branch-incompatible': {
    title: 'the branch that was meant has another name, and more does not fit',
    about:
      'Of the branches of the reader one is most like what was written, but its name is another one and something inside does not fit either. A registry says only that the union lacks a RECORD.',
    fix: 'Keep the name, or name the old type in the aliases, fully qualified; then mend what does not fit inside.',
    example: {
      before: orderWith(field('buyer', ['null', record('Customer', [field('name', 'string')])], optional)),
      after: orderWith(
        field(
          'buyer',
          ['null', record('Client', [field('name', 'string'), field('phone', 'string')])],
          optional,
        ),
      ),
      fixed: orderWith(
        field(
          'buyer',
          [
            'null',
            record('Client', [field('name', 'string'), field('phone', ['null', 'string'], optional)], {
              aliases: ['shop.Customer'],
            }),
          ],
          optional,
        ),
      ),
    },
  },
  'type-renamed': {
    title: 'a record, enum or fixed type has another name',
    about:
      'Registries compare the names of named types, without the namespace. A type with another name is another type to them, even where all its fields are the same.',
    fix: 'Keep the name, or name the old one in the aliases of the type, fully qualified: Karapace takes an alias without namespace literally. An alias helps new consumers only.',
    example: {
      before: orderWith(field('buyer', record('Customer', [field('name', 'string')]))),
      after: orderWith(field('buyer', record('Client', [field('name', 'string')]))),
      fixed: orderWith(
        field('buyer', record('Client', [field('name', 'string')], { aliases: ['shop.Customer'] })),
      ),
    },
  },
  'fixed-size-changed': {
    title: 'a fixed type has another size',
    about:
      'Fixed bytes carry no length: a reader takes as many as its own schema says, so the sizes must be equal.',
    fix: 'Keep the size. Put the new one into a type of its own, in a new field.',
    example: {
      before: orderWith(field('digest', { type: 'fixed', name: 'Digest', size: 16 })),
      after: orderWith(field('digest', { type: 'fixed', name: 'Digest', size: 32 })),
      fixed: orderWith(
        field('digest', { type: 'fixed', name: 'Digest', size: 16 }),
        field('digest32', ['null', { type: 'fixed', name: 'Digest32', size: 32 }], optional),
      ),
    },
  },
  'ambiguous-alias': {
    title: 'a field and its aliases fit two fields of the other side',
    about:
      'Avro Java throws when it compares such schemas, and a Confluent registry answers with "incompatible". Karapace takes the direct name and says nothing.',
    fix: 'Remove the alias that fits the second field.',
    example: {
      before: orderWith(field('mail', 'string'), field('email', 'string')),
      after: orderWith(field('email', 'string', { aliases: ['mail'] })),
      fixed: orderWith(field('email', 'string')),
    },
  },
}
