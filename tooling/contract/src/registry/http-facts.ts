import { first, register, type RegistryFact } from './registry-fact.ts'

/** The HTTP around it. */
export const httpFacts: readonly RegistryFact[] = [
  {
    name: 'schema types are told',
    ask: ['GET', '/schemas/types'],
    status: 200,
    body: ['JSON', 'PROTOBUF', 'AVRO'],
  },
  { name: 'a path that is none is told', ask: ['GET', '/nowhere'], status: 404, code: 404 },
  { name: 'a method that is none is told', ask: ['PUT', '/subjects', {}], status: 405, code: 405 },
  {
    name: 'a body that is no JSON is refused',
    ask: ['POST', '/subjects/~a/versions', '{"schema":'],
    status: 400,
    code: 400,
  },
  { name: 'an id that is no number is no path', ask: ['GET', '/schemas/ids/abc'], status: 404, code: 404 },
  { name: 'an unknown GUID is told', ask: ['GET', '/schemas/guids/none'], status: 404, code: 40403 },
  { name: 'associations are not known', ask: ['GET', '/associations/resources/-/~'], status: 404 },
  { name: 'the contexts are told', ask: ['GET', '/contexts'], status: 200, body: ['.'] },
  { name: 'the root answers', ask: ['GET', '/'], status: 200 },
  {
    name: 'the newest version is found by its metadata',
    before: [register('~a', first, { metadata: { properties: { major: '1' } } })],
    ask: ['GET', '/subjects/~a/metadata?key=major&value=1'],
    status: 200,
    body: { version: 1, id: '{1}' },
  },
  {
    name: 'members that nobody knows are let through',
    ask: register('~a', first, { whatever: true }),
    status: 200,
  },
]
