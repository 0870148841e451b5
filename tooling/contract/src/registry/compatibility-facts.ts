import {
  breaking,
  first,
  fitting,
  record,
  register,
  type FactRequest,
  type RegistryFact,
} from './registry-fact.ts'

const check = (path: string, schema: string): FactRequest => [
  'POST',
  `/compatibility/subjects/~a/versions${path}`,
  { schema },
]
const level = (compatibility: string): FactRequest => ['PUT', '/config/~a', { compatibility }]

const narrowed = record(['id', 'string'], ['total', 'int'])
const widened = record(['id', 'string'], ['total', 'long'])

/** One pair a level and answer: whether the second may follow the first. */
const steps: readonly (readonly [level: string, what: string, from: string, to: string, taken: boolean])[] = [
  ['BACKWARD', 'a field with a default', first, fitting, true],
  ['BACKWARD', 'a field without a default', first, narrowed, false],
  ['BACKWARD', 'one field less', narrowed, first, true],
  ['BACKWARD', 'a wider number', narrowed, widened, true],
  ['BACKWARD', 'a narrower number', widened, narrowed, false],
  ['FORWARD', 'a field without a default', first, narrowed, true],
  ['FORWARD', 'one field less', narrowed, first, false],
  ['FORWARD', 'a wider number', narrowed, widened, false],
  ['FORWARD', 'a narrower number', widened, narrowed, true],
  ['FULL', 'a field with a default', first, fitting, true],
  ['FULL', 'a field without a default', first, narrowed, false],
  ['FULL', 'a wider number', narrowed, widened, false],
  ['NONE', 'another type', first, breaking, true],
]

/** How each level looks back: the last version fits, an earlier one does not. */
const lookBack = ['BACKWARD', 'FORWARD', 'FULL'].flatMap((name) => [
  [name, 200] as const,
  [`${name}_TRANSITIVE`, 409] as const,
])

/** Compatibility: what registering takes under each level, and what the endpoints that only ask say. */
export const compatibilityFacts: readonly RegistryFact[] = [
  ...steps.map(([name, what, from, to, taken]): RegistryFact => ({
    name: `${name} ${taken ? 'takes' : 'refuses'} ${what}`,
    before: [register('~a', from), level(name)],
    ask: register('~a', to),
    ...(taken ? { status: 200 } : { status: 409, code: 409 }),
  })),
  ...lookBack.map(([name, status]): RegistryFact => ({
    name: `${name} ${status === 200 ? 'looks at the last version alone' : 'looks at every version'}`,
    before: [register('~a', breaking), level('NONE'), register('~a', first), level(name)],
    ask: register('~a', fitting),
    status,
  })),
  {
    name: 'an earlier schema comes back without a check',
    before: [register('~a', first), level('NONE'), register('~a', breaking), level('FULL_TRANSITIVE')],
    ask: register('~a', first),
    status: 200,
    body: { id: '{1}' },
  },
  {
    name: 'asking says yes to what fits the latest version',
    before: [register('~a', first)],
    ask: check('/latest', fitting),
    status: 200,
    body: { is_compatible: true },
  },
  {
    name: 'asking says no to what does not fit the latest version',
    before: [register('~a', first)],
    ask: check('/latest', breaking),
    status: 200,
    body: { is_compatible: false },
  },
  {
    name: 'asking in detail says why not',
    before: [register('~a', first)],
    ask: check('/latest?verbose=true', breaking),
    status: 200,
    body: { is_compatible: false, messages: '{array}' },
  },
  {
    name: 'asking looks at the version that it names alone',
    before: [register('~a', breaking), level('NONE'), register('~a', first), level('BACKWARD_TRANSITIVE')],
    ask: check('/2', fitting),
    status: 200,
    body: { is_compatible: true },
  },
  {
    name: 'asking without a version looks as registering does',
    before: [register('~a', breaking), level('NONE'), register('~a', first), level('BACKWARD_TRANSITIVE')],
    ask: check('', fitting),
    status: 200,
    body: { is_compatible: false },
  },
  {
    name: 'asking about the latest version of an unknown subject says yes',
    ask: check('/latest', first),
    status: 200,
    body: { is_compatible: true },
  },
  {
    name: 'asking about all versions of an unknown subject says yes',
    ask: check('', first),
    status: 200,
    body: { is_compatible: true },
  },
  {
    name: 'asking about a version of an unknown subject fails',
    ask: check('/1', first),
    status: 404,
    code: 40402,
  },
  {
    name: 'asking about a version that is not there fails',
    before: [register('~a', first)],
    ask: check('/9', first),
    status: 404,
    code: 40402,
  },
  {
    name: 'asking about a version that is none fails',
    before: [register('~a', first)],
    ask: check('/abc', first),
    status: 422,
    code: 42202,
  },
  {
    name: 'asking about what is no schema fails',
    before: [register('~a', first)],
    ask: check('/latest', '"nothing~"'),
    status: 422,
    code: 42201,
  },
  {
    name: 'asking in detail about what is no schema says no',
    before: [register('~a', first)],
    ask: check('/latest?verbose=true', '"nothing~"'),
    status: 200,
    body: { is_compatible: false },
  },
  {
    name: 'asking about a soft-deleted version fails',
    before: [register('~a', first), register('~a', fitting), ['DELETE', '/subjects/~a/versions/1']],
    ask: check('/1', first),
    status: 404,
    code: 40402,
  },
  {
    name: 'asking registers nothing',
    before: [register('~a', first), check('/latest', fitting)],
    ask: ['GET', '/subjects/~a/versions'],
    status: 200,
    body: [1],
  },
  {
    name: 'an alias that two fields of the writer answer to fits nothing',
    before: [register('~a', record(['x', 'int'], ['y', 'int']))],
    ask: check('/latest', record(['x', 'int', { aliases: ['y'] }])),
    status: 200,
    body: { is_compatible: false },
  },
]
