/** A request: method, path, and a body that goes out as JSON, or as it is when it is text. */
export type FactRequest = readonly [method: string, path: string, body?: unknown]

/**
 * What a schema registry answers to one request, as data. Every `~` in paths, bodies and answers is a word that no other
 * run of a fact uses; `{1}` is the id that the first registration of `before` got.
 */
export interface RegistryFact {
  /** What holds, in words; known differences go by it. */
  readonly name: string
  /** What is sent first; it must succeed. */
  readonly before?: readonly FactRequest[]
  readonly ask: FactRequest
  readonly status: number
  /** `error_code` of a failure; its body must have a message, too. */
  readonly code?: number
  /** What the body has; more members are no difference, more items of a list are one. */
  readonly body?: unknown
  /** Puts back what all subjects share. */
  readonly after?: readonly FactRequest[]
}

/** `POST /subjects/{subject}/versions`. */
export function register(subject: string, schema: string, extra: object = {}): FactRequest {
  return ['POST', `/subjects/${subject}/versions`, { schema, ...extra }]
}

/** A record that no other fact registers, with these fields. */
export function record(
  ...fields: readonly (readonly [name: string, type: unknown, rest?: object])[]
): string {
  return JSON.stringify({
    type: 'record',
    name: '~',
    fields: fields.map(([name, type, rest]) => ({ name, type, ...rest })),
  })
}

/** Three schemas of one record: a first one, one that fits under every level, one that fits under none but NONE. */
export const first: string = record(['id', 'string'])
export const fitting: string = record(['id', 'string'], ['note', 'string', { default: '' }])
export const breaking: string = record(['id', 'int'])
