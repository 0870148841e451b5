import { breaking, first, fitting, record, register, type RegistryFact } from './registry-fact.ts'

const soft = ['DELETE', '/subjects/~a'] as const
const hard = ['DELETE', '/subjects/~a?permanent=true'] as const
const softOne = ['DELETE', '/subjects/~a/versions/1'] as const
const hardOne = ['DELETE', '/subjects/~a/versions/1?permanent=true'] as const
const two = [register('~a', first), register('~a', fitting)] as const
const references = [{ name: '~Address', subject: '~a', version: 1 }]
const referred = [
  register('~a', '{"type":"record","name":"~Address","fields":[]}'),
  register('~b', record(['to', '~Address']), { references }),
] as const

/** Soft and hard deletion, of versions and of subjects. */
export const deletionFacts: readonly RegistryFact[] = [
  { name: 'deleting a subject tells its versions', before: two, ask: soft, status: 200, body: [1, 2] },
  { name: 'deleting an unknown subject fails', ask: soft, status: 404, code: 40401 },
  {
    name: 'deleting a subject a second time fails',
    before: [...two, soft],
    ask: soft,
    status: 404,
    code: 40404,
  },
  {
    name: 'deleting a subject for good needs a soft deletion first',
    before: two,
    ask: hard,
    status: 404,
    code: 40405,
  },
  {
    name: 'deleting a subject for good tells its versions',
    before: [...two, soft],
    ask: hard,
    status: 200,
    body: [1, 2],
  },
  {
    name: 'a subject that was deleted for good is unknown',
    before: [...two, soft, hard],
    ask: hard,
    status: 404,
    code: 40401,
  },
  {
    name: 'deleting a subject leaves out the versions that were deleted before',
    before: [...two, softOne],
    ask: soft,
    status: 200,
    body: [2],
  },
  { name: 'deleting a version tells it', before: two, ask: softOne, status: 200, body: 1 },
  {
    name: 'deleting a version a second time fails',
    before: [...two, softOne],
    ask: softOne,
    status: 404,
    code: 40406,
  },
  {
    name: 'deleting a version for good needs a soft deletion first',
    before: two,
    ask: hardOne,
    status: 404,
    code: 40407,
  },
  {
    name: 'deleting a version for good tells it',
    before: [...two, softOne],
    ask: hardOne,
    status: 200,
    body: 1,
  },
  {
    name: 'deleting a version of an unknown subject fails',
    ask: softOne,
    status: 404,
    code: 40401,
  },
  {
    name: 'deleting a version that is not there fails',
    before: two,
    ask: ['DELETE', '/subjects/~a/versions/9'],
    status: 404,
    code: 40402,
  },
  {
    name: 'a soft-deleted version is hidden',
    before: [...two, softOne],
    ask: ['GET', '/subjects/~a/versions/1'],
    status: 404,
    code: 40402,
  },
  {
    name: 'a soft-deleted version is given out on demand',
    before: [...two, softOne],
    ask: ['GET', '/subjects/~a/versions/1?deleted=true'],
    status: 200,
    body: { version: 1, id: '{1}' },
  },
  {
    name: 'the id of a soft-deleted version is still given out',
    before: [...two, softOne],
    ask: ['GET', '/schemas/ids/{1}'],
    status: 200,
    body: { schema: first },
  },
  {
    name: 'soft-deleted versions are not listed',
    before: [...two, softOne],
    ask: ['GET', '/subjects/~a/versions'],
    status: 200,
    body: [2],
  },
  {
    name: 'soft-deleted versions are listed on demand',
    before: [...two, softOne],
    ask: ['GET', '/subjects/~a/versions?deleted=true'],
    status: 200,
    body: [1, 2],
  },
  {
    name: 'a soft-deleted subject has no versions',
    before: [...two, soft],
    ask: ['GET', '/subjects/~a/versions'],
    status: 404,
    code: 40401,
  },
  {
    name: 'a schema that was soft-deleted is not found by its text',
    before: [...two, softOne],
    ask: ['POST', '/subjects/~a', { schema: first }],
    status: 404,
    code: 40403,
  },
  {
    name: 'a schema that was soft-deleted is found by its text on demand',
    before: [...two, softOne],
    ask: ['POST', '/subjects/~a?deleted=true', { schema: first }],
    status: 200,
    body: { version: 1, id: '{1}' },
  },
  {
    name: 'a lookup in a soft-deleted subject fails like one in an unknown subject',
    before: [...two, soft],
    ask: ['POST', '/subjects/~a', { schema: first }],
    status: 404,
    code: 40401,
  },
  {
    name: 'a schema that comes back keeps its id',
    before: [...two, soft],
    ask: register('~a', first),
    status: 200,
    body: { id: '{1}' },
  },
  {
    name: 'a schema that comes back gets the next version',
    before: [...two, soft, register('~a', first)],
    ask: ['GET', '/subjects/~a/versions'],
    status: 200,
    body: [3],
  },
  {
    name: 'what is soft-deleted is not compared with',
    before: [...two, soft],
    ask: register('~a', breaking),
    status: 200,
  },
  {
    name: 'versions start anew after a deletion for good',
    before: [...two, soft, hard, register('~a', fitting)],
    ask: ['GET', '/subjects/~a/versions'],
    status: 200,
    body: [1],
  },
  {
    name: 'the id of what was deleted for good everywhere is unknown',
    before: [register('~a', first), soft, hard],
    ask: ['GET', '/schemas/ids/{1}'],
    status: 404,
    code: 40403,
  },
  {
    name: 'a referenced version cannot be deleted',
    before: referred,
    ask: softOne,
    status: 422,
    code: 42206,
  },
  { name: 'a referenced subject cannot be deleted', before: referred, ask: soft, status: 422, code: 42206 },
  {
    name: 'a referenced subject can be soft-deleted after its referrers',
    before: [...referred, ['DELETE', '/subjects/~b']],
    ask: soft,
    status: 200,
    body: [1],
  },
]
