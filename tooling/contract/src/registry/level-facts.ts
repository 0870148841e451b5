import { first, fitting, register, type FactRequest, type RegistryFact } from './registry-fact.ts'

const put = (path: string, body: unknown): FactRequest => ['PUT', path, body]
const backward = put('/config', { compatibility: 'BACKWARD' })
const writable = put('/mode', { mode: 'READWRITE' })
const levels = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
]

/** Levels and modes, of a subject and of all. */
export const levelFacts: readonly RegistryFact[] = [
  {
    name: 'the level of all is told',
    ask: ['GET', '/config'],
    status: 200,
    body: { compatibilityLevel: 'BACKWARD' },
  },
  {
    name: 'the level of all is BACKWARD again after it is taken back',
    before: [put('/config', { compatibility: 'FULL' }), ['DELETE', '/config']],
    ask: ['GET', '/config'],
    status: 200,
    body: { compatibilityLevel: 'BACKWARD' },
    after: [backward],
  },
  ...levels.map((name): RegistryFact => ({
    name: `the level ${name} is taken and told`,
    before: [put('/config/~a', { compatibility: name })],
    ask: ['GET', '/config/~a'],
    status: 200,
    body: { compatibilityLevel: name },
  })),
  {
    name: 'setting a level echoes it',
    ask: put('/config/~a', { compatibility: 'FULL' }),
    status: 200,
    body: { compatibility: 'FULL' },
  },
  {
    name: 'a level may be written small',
    ask: put('/config/~a', { compatibility: 'full' }),
    status: 200,
    body: { compatibility: 'FULL' },
  },
  {
    name: 'a level that is none is refused',
    ask: put('/config/~a', { compatibility: 'SIDEWAYS' }),
    status: 422,
    code: 42203,
  },
  { name: 'a body without a level changes nothing', ask: put('/config/~a', {}), status: 200 },
  {
    name: 'an unknown subject has no level of its own',
    ask: ['GET', '/config/~a'],
    status: 404,
    code: 40408,
  },
  {
    name: 'a subject with versions has no level of its own until it is set',
    before: [register('~a', first)],
    ask: ['GET', '/config/~a'],
    status: 404,
    code: 40408,
  },
  {
    name: 'the level in force is told on demand',
    before: [register('~a', first)],
    ask: ['GET', '/config/~a?defaultToGlobal=true'],
    status: 200,
    body: { compatibilityLevel: 'BACKWARD' },
  },
  {
    name: 'taking a level back tells what it was',
    before: [put('/config/~a', { compatibility: 'FULL' })],
    ask: ['DELETE', '/config/~a'],
    status: 200,
    body: { compatibilityLevel: 'FULL' },
  },
  {
    name: 'taking back a level that is not there fails',
    ask: ['DELETE', '/config/~a'],
    status: 404,
    code: 40401,
  },
  {
    name: 'the level of a subject outlives a soft deletion',
    before: [register('~a', first), put('/config/~a', { compatibility: 'FULL' }), ['DELETE', '/subjects/~a']],
    ask: ['GET', '/config/~a'],
    status: 200,
    body: { compatibilityLevel: 'FULL' },
  },
  {
    name: 'the level of a subject goes with a deletion for good',
    before: [
      register('~a', first),
      put('/config/~a', { compatibility: 'FULL' }),
      ['DELETE', '/subjects/~a'],
      ['DELETE', '/subjects/~a?permanent=true'],
    ],
    ask: ['GET', '/config/~a'],
    status: 404,
    code: 40408,
  },
  { name: 'the mode of all is told', ask: ['GET', '/mode'], status: 200, body: { mode: 'READWRITE' } },
  { name: 'a subject has no mode of its own', ask: ['GET', '/mode/~a'], status: 404, code: 40409 },
  {
    name: 'the mode in force is told on demand',
    ask: ['GET', '/mode/~a?defaultToGlobal=true'],
    status: 200,
    body: { mode: 'READWRITE' },
  },
  {
    name: 'setting a mode echoes it',
    ask: put('/mode/~a', { mode: 'READONLY' }),
    status: 200,
    body: { mode: 'READONLY' },
  },
  {
    name: 'a mode that is none is refused',
    ask: put('/mode/~a', { mode: 'UPSIDE' }),
    status: 422,
    code: 42204,
  },
  {
    name: 'taking a mode back tells what it was',
    before: [put('/mode/~a', { mode: 'READONLY' })],
    ask: ['DELETE', '/mode/~a'],
    status: 200,
    body: { mode: 'READONLY' },
  },
  {
    name: 'a read-only subject takes no schema',
    before: [put('/mode/~a', { mode: 'READONLY' })],
    ask: register('~a', first),
    status: 422,
    code: 42205,
  },
  {
    name: 'a read-only subject cannot be deleted',
    before: [register('~a', first), put('/mode/~a', { mode: 'READONLY' })],
    ask: ['DELETE', '/subjects/~a'],
    status: 422,
    code: 42205,
  },
  {
    name: 'a read-only registry takes no schema',
    before: [put('/mode', { mode: 'READONLY' })],
    ask: register('~a', first),
    status: 422,
    code: 42205,
    after: [writable],
  },
  {
    name: 'an import needs an empty subject',
    before: [register('~a', first)],
    ask: put('/mode/~a', { mode: 'IMPORT' }),
    status: 422,
    code: 42205,
  },
  {
    name: 'an import keeps the id that it brings',
    before: [put('/mode/~a', { mode: 'IMPORT' })],
    ask: register('~a', first, { id: 1_900_000_001, version: 3 }),
    status: 200,
    body: { id: 1_900_000_001 },
  },
  {
    name: 'an id of its own needs an import',
    ask: register('~a', fitting, { id: 1_900_000_002 }),
    status: 422,
    code: 42205,
  },
]
