/** An Avro schema as an object, the only form in which that library takes one. */
export interface CsrAvroSchema {
  readonly type: 'record'
  readonly name: string
  readonly namespace?: string
  // Its own declaration: fields are not looked into.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly fields: any[]
}

/**
 * What a client of `@kafkajs/confluent-schema-registry` 4.1 does for Avro, as a type of our own: the declarations of
 * that library compile only for those who skip the check of declarations or include the DOM's.
 */
export interface CsrClient {
  /** Registers a schema, and sets the compatibility level of its subject. */
  register(schema: CsrAvroSchema, options?: { readonly subject?: string }): Promise<{ id: number }>
  /** Encodes with a registered schema, with the five bytes in front that name it. */
  encode(registryId: number, payload: unknown): Promise<Buffer>
  /** Decodes by the schema that the first five bytes name. */
  // As there: code that already uses it relies on the value being of any type.
  // oxlint-disable-next-line typescript/no-explicit-any
  decode(buffer: Buffer): Promise<any>
  /** The id of one version of a subject. */
  getRegistryId(subject: string, version: number | string): Promise<number>
  /** The id of a schema that the subject holds. */
  getRegistryIdBySchema(subject: string, schema: CsrAvroSchema): Promise<number>
  /** The id of the newest version of a subject. */
  getLatestSchemaId(subject: string): Promise<number>
}
