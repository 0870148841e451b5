import type { AdviceRuleId } from '@headwater/avro'
import { field, orderFile, orderWith, record, statusOf } from './example-schema.ts'
import type { RuleEntry } from './rule-entry.ts'

const optional = { default: null }
const address = (more: Readonly<Record<string, unknown>>): ReturnType<typeof field> =>
  field('address', record('Address', [field('city', 'string')], more))
const at = (logicalType: string): ReturnType<typeof field> => field('at', { type: 'long', logicalType })
// Avro Java assumes that B can be read while it tries A, then finds that A cannot, and believes of B what it assumed.
const inner = record('B', [field('a', 'A')])
const unsound = (outer: readonly unknown[]): ReturnType<typeof orderWith> =>
  orderWith(field('u', outer), field('v', 'B'))

/** What registries take and what does harm all the same. */
export const adviceRuleEntries: Readonly<Record<AdviceRuleId, RuleEntry>> = {
  'namespace-changed': {
    title: 'a type moved to another namespace',
    about:
      'Registries compare names without the namespace and take it. Not every reader does: Avro Java cannot decode an enum or fixed type that moved when it stands in a union, and avsc refuses all of them.',
    fix: 'Keep the namespace, or name the old type in the aliases, fully qualified.',
    example: {
      before: orderWith(address({ namespace: 'shop' })),
      after: orderWith(address({ namespace: 'geo' })),
      fixed: orderWith(address({ namespace: 'shop', doc: 'Where it goes.' })),
    },
  },
  'logical-type-changed': {
    title: 'a value means something else',
    about:
      'Registries never look at logicalType. From timestamp-millis to timestamp-micros every reader still takes the bytes, and every time is wrong by a factor of a thousand. The scale of a decimal is such a case, too.',
    fix: 'Keep the logical type; put the new one into a new field.',
    example: {
      before: orderWith(at('timestamp-millis')),
      after: orderWith(at('timestamp-micros')),
      fixed: orderWith(
        at('timestamp-millis'),
        field('atMicros', ['null', { type: 'long', logicalType: 'timestamp-micros' }], optional),
      ),
    },
  },
  'enum-unknown-collapses': {
    title: 'symbols are read as the default of their enum',
    about:
      'The schemas are compatible only because the enum has a default. Every value that the reader does not know becomes that default, and which one it was is lost.',
    fix: 'Keep the symbols as long as events hold them, unless that loss is wanted.',
    example: {
      before: orderWith(statusOf(['UNKNOWN', 'NEW', 'PAID'], { default: 'UNKNOWN' })),
      after: orderWith(statusOf(['UNKNOWN', 'NEW'], { default: 'UNKNOWN' })),
      fixed: orderWith(statusOf(['UNKNOWN', 'NEW', 'PAID'], { default: 'UNKNOWN', doc: 'PAID is old.' })),
    },
  },
  'enum-default-removed': {
    title: 'an enum lost its default',
    about:
      'Nothing fails yet. But the default is what lets symbols be added later without breaking consumers that have this schema.',
    fix: 'Keep the default of the enum.',
    example: {
      before: orderWith(statusOf(['UNKNOWN', 'NEW'], { default: 'UNKNOWN' })),
      after: orderWith(statusOf(['UNKNOWN', 'NEW'])),
      fixed: orderWith(statusOf(['UNKNOWN', 'NEW'], { default: 'UNKNOWN', doc: 'How far it is.' })),
    },
  },
  'default-changed': {
    title: 'a field has another default',
    about:
      'Events without the field are read with another value from now on, and consumers on the old schema go on with the old value: two consumers see two truths in one event.',
    fix: 'Keep the default. A new meaning is a new field.',
    example: {
      before: orderWith(field('priority', 'int', { default: 0 })),
      after: orderWith(field('priority', 'int', { default: 5 })),
      fixed: orderWith(field('priority', 'int', { default: 0, doc: 'Higher goes first.' })),
    },
  },
  'lossy-promotion': {
    title: 'a whole number is read as a floating one',
    about:
      'Avro promotes int and long to float and double. A double holds whole numbers up to 2^53, a float up to 2^24; larger ones are rounded without a word.',
    fix: 'Keep the whole number; from int go to long.',
    example: {
      before: orderWith(field('total', 'long')),
      after: orderWith(field('total', 'double')),
      fixed: orderWith(field('total', 'long', { doc: 'In cents.' })),
    },
  },
  'string-bytes-swap': {
    title: 'text is read as bytes, or bytes as text',
    about:
      'Avro promotes string and bytes to each other. Bytes that are no UTF-8 become a damaged text, and code that expects one gets the other.',
    fix: 'Keep the type; put the other one into a new field.',
    example: {
      before: orderWith(field('note', 'string')),
      after: orderWith(field('note', 'bytes')),
      fixed: orderWith(field('note', 'string'), field('noteBytes', ['null', 'bytes'], optional)),
    },
  },
  'union-default-not-first': {
    title: 'a default does not fit the first branch of its union',
    about:
      'Avro Java takes a default for any branch since 1.12. Older readers and avsc, as the specification once said, take it for the first branch only, and cannot even read the schema.',
    fix: 'Put the branch of the default first.',
    example: {
      before: orderWith(),
      after: orderWith(field('note', ['string', 'null'], optional)),
      fixed: orderWith(field('note', ['null', 'string'], optional)),
    },
  },
  'long-default-unsafe': {
    title: 'a default is too large for a number of JavaScript',
    about:
      'Beyond 2^53 - 2 JSON.parse rounds, so a reader in JavaScript takes another value than one in Java, and avsc refuses the schema.',
    fix: 'Take a smaller default, or null.',
    example: {
      before: orderWith(),
      after: {
        'schemas/order.avsc': `{
  "type": "record", "name": "Order", "namespace": "shop",
  "fields": [
    { "name": "id", "type": "string" },
    { "name": "limit", "type": "long", "default": 9223372036854775807 }
  ]
}
`,
      },
      fixed: orderWith(field('limit', ['null', 'long'], optional)),
    },
  },
  'unparseable-by-avsc': {
    title: 'avsc cannot read the schema',
    about:
      'Most of what runs on Node reads Avro with avsc, which is stricter than Java about defaults and about unions without branches. The schema can be registered, and no such consumer starts with it.',
    fix: 'Write what both take: a default of the type itself, and unions with branches.',
    example: {
      before: orderWith(),
      after: orderWith(field('rate', 'double', { default: 'NaN' })),
      fixed: orderWith(field('rate', 'double', { default: 0 })),
    },
  },
  'alias-not-qualified': {
    title: 'an alias has no namespace and its type has one',
    about:
      'Avro Java puts the namespace of the type before such an alias. Karapace compares it as it is written, finds no match and refuses the schema.',
    fix: 'Write the alias with its namespace.',
    example: {
      before: orderWith(field('buyer', record('Customer', [field('name', 'string')]))),
      after: orderWith(
        field('buyer', record('Client', [field('name', 'string')], { aliases: ['Customer'] })),
      ),
      fixed: orderWith(
        field('buyer', record('Client', [field('name', 'string')], { aliases: ['shop.Customer'] })),
      ),
    },
  },
  'wrapped-union': {
    title: 'a union takes another form in JavaScript',
    about:
      'avsc gives the plain value of a union as long as its branches can be told apart by it, and wraps all of them when they cannot: { int: 5 } instead of 5. A branch more can so change the code of every producer and consumer in TypeScript.',
    fix: 'Take one branch that holds both, or put the new type into a new field.',
    example: {
      before: orderWith(field('amount', ['null', 'int'], optional)),
      after: orderWith(field('amount', ['null', 'int', 'long'], optional)),
      fixed: orderWith(field('amount', ['null', 'long'], optional)),
    },
  },
  'not-transitive': {
    title: 'it fits the last version and not an older one',
    about:
      'A level without _TRANSITIVE looks at the last version only. Events of older versions are in the topic all the same, and who reads it from the beginning meets them.',
    fix: 'Keep what the older versions need as well, or check with the _TRANSITIVE level.',
    example: {
      earlier: [orderWith()],
      before: orderWith(field('phone', 'string', { default: '' })),
      after: orderWith(field('phone', 'string')),
      fixed: orderWith(field('phone', 'string', { default: '', doc: 'With its country.' })),
    },
  },
  'registry-unsound': {
    title: 'registries take it, and it cannot be read',
    about:
      'Types that contain each other are compared with assumptions, and Avro Java keeps what it assumed about one type after the attempt failed for which it assumed it. It answers "compatible" for schemas whose events it cannot decode.',
    fix: 'Mend what the finding names; that registries take it helps no consumer.',
    example: {
      before: unsound([record('A', [field('b', inner)]), record('C', [])]),
      after: unsound([
        record('A', [field('b', inner), field('q', 'int')]),
        record('C', [], { aliases: ['shop.A'] }),
      ]),
      fixed: unsound([
        record('A', [field('b', inner), field('q', ['null', 'int'], optional)]),
        record('C', [], { aliases: ['shop.A'] }),
      ]),
    },
  },
  'doc-changed': {
    title: 'a description changed',
    about:
      'No reader looks at it. The rule is off unless the configuration turns it on, for teams that review texts.',
    fix: 'Nothing: it is for people to look at.',
    example: {
      before: orderFile({ doc: 'An order.' }),
      after: orderFile({ doc: 'An order that was placed.' }),
      fixed: orderFile({ doc: 'An order.' }, field('note', ['null', 'string'], optional)),
    },
  },
  'metadata-changed': {
    title: 'a property changed that Avro gives no meaning to',
    about:
      'Code generators, catalogues and access rules may read such properties, registries do not. The rule is off unless the configuration turns it on.',
    fix: 'Nothing: it is for people to look at.',
    example: {
      before: orderFile({ 'x-owner': 'orders' }),
      after: orderFile({ 'x-owner': 'billing' }),
      fixed: orderFile({ 'x-owner': 'orders' }, field('note', ['null', 'string'], optional)),
    },
  },
}
