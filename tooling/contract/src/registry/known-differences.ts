/** One answer of a registry that is known not to be Confluent's. */
interface KnownDifference {
  /** The number of the rule that it is a case of. */
  readonly rule: number
  /** What is answered instead. */
  readonly status: number
  readonly code?: number
  readonly body?: unknown
}

/** How a registry differs from Confluent's: in words by number, and fact by fact. */
export interface KnownDifferences {
  readonly rules: Readonly<Record<number, string>>
  /** By the name of the fact. */
  readonly facts: Readonly<Record<string, KnownDifference>>
}

const rules: Readonly<Record<number, string>> = {
  1: 'compatibility is not checked until a level is set, and again after it is taken back',
  2: 'a subject without a level of its own is 40401, or NONE when it has versions',
  3: 'doc and aliases are no part of the identity of a schema',
  4: 'modes are kept but not enforced; a subject always has one; one that is none is 42201',
  5: 'a version that is none is unknown instead of refused, and "latest" is written small',
  6: '40405, 40406 and 40407 come with status 409',
  7: 'asking about compatibility gives no reasons, knows no unknown subject and sees soft-deleted versions',
  8: 'a lookup does not tell schemas that are none, nor subjects that are soft-deleted',
  9: 'empty texts are taken, bodies with something missing or unknown are errors of the server, levels are capital',
  10: 'prefixes are ignored, and deleting a subject lists what was deleted before',
  11: 'a reference must name a version, and holds a subject after the referrer was soft-deleted',
  12: 'reserved subjects and wrong versions are taken, metadata is not looked up, another type is no conflict',
  13: 'what the web framework answers by itself has no error_code',
  14: 'an alias that fits two fields is an invalid schema',
  15: 'a context is written between colons',
}

const facts: Readonly<Record<string, KnownDifference>> = {
  'the level of all is BACKWARD again after it is taken back': {
    rule: 1,
    status: 200,
    body: { compatibilityLevel: 'NONE' },
  },
  'an unknown subject has no level of its own': { rule: 2, status: 404, code: 40401 },
  'a subject with versions has no level of its own until it is set': {
    rule: 2,
    status: 200,
    body: { compatibilityLevel: 'NONE' },
  },
  'the level of a subject goes with a deletion for good': { rule: 2, status: 404, code: 40401 },
  'a doc makes another schema': { rule: 3, status: 200, body: [1] },
  'a field alias makes another schema': { rule: 3, status: 200, body: [1] },
  'a subject has no mode of its own': { rule: 4, status: 200, body: { mode: 'READWRITE' } },
  'a mode that is none is refused': { rule: 4, status: 422, code: 42201 },
  'a read-only subject takes no schema': { rule: 4, status: 200 },
  'a read-only subject cannot be deleted': { rule: 4, status: 200, body: [1] },
  'a read-only registry takes no schema': { rule: 4, status: 200 },
  'an import needs an empty subject': { rule: 4, status: 200, body: { mode: 'IMPORT' } },
  'an import keeps the id that it brings': { rule: 4, status: 200 },
  'an id of its own needs an import': { rule: 4, status: 200 },
  'the version abc is none': { rule: 5, status: 404, code: 40402 },
  'the version 0 is none': { rule: 5, status: 404, code: 40402 },
  'the version -2 is none': { rule: 5, status: 404, code: 40401 },
  'a version is given out by LATEST': { rule: 5, status: 404, code: 40402 },
  'asking about a version that is none fails': { rule: 5, status: 404, code: 40402 },
  'deleting a subject for good needs a soft deletion first': { rule: 6, status: 409, code: 40405 },
  'deleting a version a second time fails': { rule: 6, status: 409, code: 40406 },
  'deleting a version for good needs a soft deletion first': { rule: 6, status: 409, code: 40407 },
  'asking in detail says why not': { rule: 7, status: 200, body: { is_compatible: false } },
  'asking about all versions of an unknown subject says yes': { rule: 7, status: 404, code: 40401 },
  'asking in detail about what is no schema says no': { rule: 7, status: 422, code: 42201 },
  'asking about a soft-deleted version fails': { rule: 7, status: 200, body: { is_compatible: true } },
  'a lookup of what is no schema is refused': { rule: 8, status: 404, code: 40403 },
  'a lookup in a soft-deleted subject fails like one in an unknown subject': {
    rule: 8,
    status: 404,
    code: 40403,
  },
  'an empty text is refused': { rule: 9, status: 200 },
  'a body without a schema is refused': { rule: 9, status: 500, code: 0 },
  'an unknown schema type is refused': { rule: 9, status: 500, code: 0 },
  'a level may be written small': { rule: 9, status: 422, code: 42203 },
  'a body without a level changes nothing': { rule: 9, status: 500, code: 0 },
  'subjects are listed by their prefix': { rule: 10, status: 200 },
  'deleting a subject leaves out the versions that were deleted before': {
    rule: 10,
    status: 200,
    body: [1, 2],
  },
  'a reference may name the latest version': { rule: 11, status: 422, code: 42201 },
  'a referenced subject can be soft-deleted after its referrers': { rule: 11, status: 422, code: 42206 },
  'a subject that the registry keeps for itself is refused': { rule: 12, status: 200 },
  'a version that is not the next one is refused': { rule: 12, status: 200 },
  'the newest version is found by its metadata': { rule: 12, status: 204 },
  'another schema type under a subject is refused': { rule: 12, status: 422, code: 42201 },
  'a path that is none is told': { rule: 13, status: 404, body: '' },
  'a method that is none is told': { rule: 13, status: 405, body: '' },
  'a body that is no JSON is refused': {
    rule: 13,
    status: 400,
    body: 'Not able to deserialize data provided.',
  },
  'an id that is no number is no path': { rule: 13, status: 404, body: '' },
  'an unknown GUID is told': { rule: 13, status: 404, body: '' },
  'an alias that two fields of the writer answer to fits nothing': { rule: 14, status: 422, code: 42201 },
  'the contexts are told': { rule: 15, status: 200, body: [':.:'] },
}

/** Where Apicurio Registry 3.3.3 answers otherwise. */
export const apicurioDifferences: KnownDifferences = { rules, facts }
