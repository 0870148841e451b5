/** An answer other than success, in the form that every schema registry error has. */
export class RegistryFailure extends Error {
  readonly status: number
  readonly errorCode: number

  constructor(status: number, errorCode: number, message: string) {
    super(message)
    this.status = status
    this.errorCode = errorCode
  }
}

/**
 * What a Confluent registry says, status, code and text, by what went wrong (its `Errors.java`). The first digits of a
 * code are its HTTP status.
 */
export const failures = {
  badJson: (detail: string): RegistryFailure => new RegistryFailure(400, 400, detail),
  notFound: (): RegistryFailure => new RegistryFailure(404, 404, 'HTTP 404 Not Found'),
  methodNotAllowed: (): RegistryFailure => new RegistryFailure(405, 405, 'HTTP 405 Method Not Allowed'),
  bodyTooLarge: (limit: number): RegistryFailure =>
    new RegistryFailure(413, 413, `The body is larger than ${limit} bytes`),
  unsupportedMediaType: (): RegistryFailure =>
    new RegistryFailure(415, 415, 'HTTP 415 Unsupported Media Type'),
  unauthorized: (): RegistryFailure => new RegistryFailure(401, 401, 'Unauthorized'),
  subjectNotFound: (subject: string): RegistryFailure =>
    new RegistryFailure(404, 40401, `Subject '${subject}' not found.`),
  versionNotFound: (version: number | string): RegistryFailure =>
    new RegistryFailure(404, 40402, `Version ${version} not found.`),
  schemaNotFound: (): RegistryFailure => new RegistryFailure(404, 40403, 'Schema not found'),
  schemaIdNotFound: (id: number | string): RegistryFailure =>
    new RegistryFailure(404, 40403, `Schema ${id} not found`),
  subjectSoftDeleted: (subject: string): RegistryFailure =>
    new RegistryFailure(
      404,
      40404,
      `Subject '${subject}' was soft deleted. Set permanent=true to delete permanently`,
    ),
  subjectNotSoftDeleted: (subject: string): RegistryFailure =>
    new RegistryFailure(
      404,
      40405,
      `Subject '${subject}' was not deleted first before being permanently deleted`,
    ),
  versionSoftDeleted: (subject: string, version: number): RegistryFailure =>
    new RegistryFailure(
      404,
      40406,
      `Subject '${subject}' Version ${version} was soft deleted. Set permanent=true to delete permanently`,
    ),
  versionNotSoftDeleted: (subject: string, version: number): RegistryFailure =>
    new RegistryFailure(
      404,
      40407,
      `Subject '${subject}' Version ${version} was not deleted first before being permanently deleted`,
    ),
  noSubjectLevel: (subject: string): RegistryFailure =>
    new RegistryFailure(
      404,
      40408,
      `Subject '${subject}' does not have subject-level compatibility configured`,
    ),
  noSubjectMode: (subject: string): RegistryFailure =>
    new RegistryFailure(404, 40409, `Subject '${subject}' does not have subject-level mode configured`),
  incompatible: (errorCode: number, subject: string, details: readonly string[]): RegistryFailure =>
    new RegistryFailure(
      409,
      errorCode,
      `Schema being registered is incompatible with an earlier schema for subject "${subject}", details: [${details.join(', ')}]`,
    ),
  invalidSchema: (detail: string): RegistryFailure => new RegistryFailure(422, 42201, detail),
  invalidVersion: (version: string): RegistryFailure =>
    new RegistryFailure(
      422,
      42202,
      `The specified version '${version}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`,
    ),
  invalidLevel: (): RegistryFailure =>
    new RegistryFailure(
      422,
      42203,
      'Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive',
    ),
  invalidMode: (): RegistryFailure =>
    new RegistryFailure(
      422,
      42204,
      'Invalid mode. Valid values are READWRITE, READONLY, READONLY_OVERRIDE, IMPORT',
    ),
  notPermitted: (detail: string): RegistryFailure => new RegistryFailure(422, 42205, detail),
  referenceExists: (subject: string, version: number): RegistryFailure =>
    new RegistryFailure(
      422,
      42206,
      `One or more references exist to the schema {subject=${subject},version=${version}}`,
    ),
  invalidSubject: (subject: string): RegistryFailure =>
    new RegistryFailure(422, 42208, `The specified subject '${subject}' is not a valid.`),
} as const
