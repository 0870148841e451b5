import { breaking, first, fitting, record, register, type RegistryFact } from './registry-fact.ts'

const lookup = '/subjects/~a'
const address = '{"type":"record","name":"~Address","fields":[]}'
const order = record(['to', '~Address'])
const references = [{ name: '~Address', subject: '~b', version: 1 }]
const referred = [register('~b', address), register('~a', order, { references })] as const

/** Registering, looking up and reading. */
export const subjectFacts: readonly RegistryFact[] = [
  {
    name: 'registering answers with an id',
    ask: register('~a', first),
    status: 200,
    body: { id: expectId() },
  },
  {
    name: 'the same schema under the same subject keeps its id',
    before: [register('~a', first)],
    ask: register('~a', first),
    status: 200,
    body: { id: '{1}' },
  },
  {
    name: 'the same schema under another subject has the same id',
    before: [register('~a', first)],
    ask: register('~b', first),
    status: 200,
    body: { id: '{1}' },
  },
  {
    name: 'the same schema makes no second version',
    before: [register('~a', first), register('~a', first)],
    ask: ['GET', '/subjects/~a/versions'],
    status: 200,
    body: [1],
  },
  {
    name: 'white space makes no other schema',
    before: [register('~a', first), register('~a', first.replaceAll(',', ' , '))],
    ask: ['GET', '/subjects/~a/versions'],
    status: 200,
    body: [1],
  },
  {
    name: 'a default makes another schema',
    before: [register('~a', first), register('~a', record(['id', 'string', { default: 'x' }]))],
    ask: ['GET', '/subjects/~a/versions'],
    status: 200,
    body: [1, 2],
  },
  {
    name: 'a logical type makes another schema',
    before: [
      register('~a', record(['at', 'long'])),
      register('~a', record(['at', { type: 'long', logicalType: 'timestamp-millis' }])),
    ],
    ask: ['GET', '/subjects/~a/versions'],
    status: 200,
    body: [1, 2],
  },
  ...(
    [
      ['a doc', ['id', 'string', { doc: 'd' }]],
      ['a field alias', ['id', 'string', { aliases: ['key'] }]],
    ] as const
  ).map(([what, field]): RegistryFact => ({
    name: `${what} makes another schema`,
    before: [register('~a', first), register('~a', record(field))],
    ask: ['GET', '/subjects/~a/versions'],
    status: 200,
    body: [1, 2],
  })),
  {
    name: 'a name may stand before its definition',
    ask: register('~a', record(['x', '~B'], ['y', { type: 'enum', name: '~B', symbols: ['S'] }])),
    status: 200,
  },
  {
    name: 'a union default may fit the second branch',
    ask: register('~a', record(['x', ['null', 'string'], { default: 'a' }])),
    status: 200,
  },
  {
    name: 'a text that is no schema is refused',
    ask: register('~a', '"nothing~"'),
    status: 422,
    code: 42201,
  },
  { name: 'a text that is no JSON is refused', ask: register('~a', '{"type":'), status: 422, code: 42201 },
  {
    name: 'a default of the wrong type is refused',
    ask: register('~a', record(['id', 'int', { default: 'x' }])),
    status: 422,
    code: 42201,
  },
  { name: 'an empty text is refused', ask: register('~a', ''), status: 422, code: 42201 },
  {
    name: 'a body without a schema is refused',
    ask: ['POST', '/subjects/~a/versions', {}],
    status: 422,
    code: 42201,
  },
  {
    name: 'an unknown schema type is refused',
    ask: register('~a', first, { schemaType: 'avro' }),
    status: 422,
    code: 42201,
  },
  {
    name: 'an incompatible schema is refused',
    before: [register('~a', first)],
    ask: register('~a', breaking),
    status: 409,
    code: 409,
  },
  {
    name: 'another schema type under a subject is refused',
    before: [register('~a', 'syntax = "proto3"; message M~ { string x = 1; }', { schemaType: 'PROTOBUF' })],
    ask: register('~a', first),
    status: 409,
    code: 409,
  },
  {
    name: 'a version that is not the next one is refused',
    ask: register('~a', first, { version: 7 }),
    status: 422,
    code: 42201,
  },
  {
    name: 'a subject that the registry keeps for itself is refused',
    ask: register('__EMPTY', first),
    status: 422,
    code: 42208,
    after: [['DELETE', '/subjects/__EMPTY']],
  },
  {
    name: 'a subject may hold a slash',
    before: [register('~%2Fa', first)],
    ask: ['GET', '/subjects/~%2Fa/versions/1'],
    status: 200,
    body: { subject: '~/a', version: 1, id: '{1}' },
  },
  {
    name: 'a reference that leads nowhere is refused',
    ask: register('~a', order, { references }),
    status: 422,
    code: 42201,
  },
  {
    name: 'references are given out with the schema',
    before: referred,
    ask: ['GET', '/subjects/~a/versions/1'],
    status: 200,
    body: { references, schema: order },
  },
  {
    name: 'a referenced version knows who refers to it',
    before: referred,
    ask: ['GET', '/subjects/~b/versions/1/referencedby'],
    status: 200,
    body: ['{2}'],
  },
  {
    name: 'a reference may name the latest version',
    before: [register('~b', address)],
    ask: register('~a', order, { references: [{ ...references[0], version: -1 }] }),
    status: 200,
  },
  {
    name: 'a schema is found by its text',
    before: [register('~a', first)],
    ask: ['POST', lookup, { schema: first }],
    status: 200,
    body: { subject: '~a', version: 1, id: '{1}', schema: first },
  },
  {
    name: 'a schema with references is found by its text and its references',
    before: referred,
    ask: ['POST', lookup, { schema: order, references }],
    status: 200,
    body: { subject: '~a', version: 1, id: '{2}' },
  },
  {
    name: 'a lookup under an unknown subject fails',
    ask: ['POST', lookup, { schema: first }],
    status: 404,
    code: 40401,
  },
  {
    name: 'a lookup of a schema that the subject does not have fails',
    before: [register('~a', first)],
    ask: ['POST', lookup, { schema: fitting }],
    status: 404,
    code: 40403,
  },
  {
    name: 'a lookup of what is no schema is refused',
    before: [register('~a', first)],
    ask: ['POST', lookup, { schema: '"nothing~"' }],
    status: 422,
    code: 42201,
  },
  {
    name: 'a schema is given out by its id',
    before: [register('~a', first)],
    ask: ['GET', '/schemas/ids/{1}'],
    status: 200,
    body: { schema: first },
  },
  {
    name: 'a schema is given out bare by its id',
    before: [register('~a', first)],
    ask: ['GET', '/schemas/ids/{1}/schema'],
    status: 200,
    body: { type: 'record', name: '~' },
  },
  {
    name: 'an id knows its subjects',
    before: [register('~a', first), register('~b', first)],
    ask: ['GET', '/schemas/ids/{1}/subjects'],
    status: 200,
    body: ['~a', '~b'],
  },
  {
    name: 'an id knows its versions',
    before: [register('~a', first)],
    ask: ['GET', '/schemas/ids/{1}/versions'],
    status: 200,
    body: [{ subject: '~a', version: 1 }],
  },
  { name: 'an unknown id is told', ask: ['GET', '/schemas/ids/2000000000'], status: 404, code: 40403 },
  {
    name: 'the versions of an unknown id are told unknown',
    ask: ['GET', '/schemas/ids/2000000000/versions'],
    status: 404,
    code: 40403,
  },
  {
    name: 'an unknown subject has no versions',
    ask: ['GET', '/subjects/~a/versions'],
    status: 404,
    code: 40401,
  },
  {
    name: 'an unknown subject has no latest version',
    ask: ['GET', '/subjects/~a/versions/latest'],
    status: 404,
    code: 40401,
  },
  {
    name: 'a version that is not there is told apart from a subject',
    before: [register('~a', first)],
    ask: ['GET', '/subjects/~a/versions/9'],
    status: 404,
    code: 40402,
  },
  ...['abc', '0', '-2'].map((version): RegistryFact => ({
    name: `the version ${version} is none`,
    before: [register('~a', first)],
    ask: ['GET', `/subjects/~a/versions/${version}`],
    status: 422,
    code: 42202,
  })),
  ...['1', '2', 'latest', '-1', 'LATEST'].map((version): RegistryFact => ({
    name: `a version is given out by ${version}`,
    before: [register('~a', first), register('~a', fitting)],
    ask: ['GET', `/subjects/~a/versions/${version}`],
    status: 200,
    body: { subject: '~a', version: version === '1' ? 1 : 2, id: version === '1' ? '{1}' : '{2}' },
  })),
  {
    name: 'a version is given out bare',
    before: [register('~a', first)],
    ask: ['GET', '/subjects/~a/versions/latest/schema'],
    status: 200,
    body: { type: 'record', name: '~' },
  },
  {
    name: 'subjects are listed by their prefix',
    before: [register('~a', first), register('~b', first)],
    ask: ['GET', '/subjects?subjectPrefix=~'],
    status: 200,
    body: ['~a', '~b'],
  },
  {
    name: 'the type of a Protobuf schema is given out with it',
    before: [register('~a', 'syntax = "proto3"; message M~ { string x = 1; }', { schemaType: 'PROTOBUF' })],
    ask: ['GET', '/schemas/ids/{1}'],
    status: 200,
    body: { schemaType: 'PROTOBUF' },
  },
  {
    name: 'the type of a JSON schema is given out with it',
    before: [
      register('~a', '{"$schema":"http://json-schema.org/draft-07/schema#","title":"~"}', {
        schemaType: 'JSON',
      }),
    ],
    ask: ['GET', '/subjects/~a/versions/1'],
    status: 200,
    body: { schemaType: 'JSON', version: 1 },
  },
]

/** An id is a number from 1; which one is nobody's business. */
function expectId(): string {
  return '{number}'
}
