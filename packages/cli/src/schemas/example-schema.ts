import type { ExampleFiles } from './rule-entry.ts'

/** A field of an example. */
export type ExampleField = Readonly<Record<string, unknown>>

/** The file `schemas/order.avsc` with a record of these fields after an id. */
export function orderWith(...fields: readonly ExampleField[]): ExampleFiles {
  return orderFile({}, ...fields)
}

/** The same with further properties of the record. */
export function orderFile(
  properties: Readonly<Record<string, unknown>>,
  ...fields: readonly ExampleField[]
): ExampleFiles {
  const id = { name: 'id', type: 'string' }
  const record = { type: 'record', name: 'Order', namespace: 'shop', ...properties, fields: [id, ...fields] }
  return { 'schemas/order.avsc': record }
}

/** A field of one type, required unless something else is said. */
export function field(
  name: string,
  type: unknown,
  more: Readonly<Record<string, unknown>> = {},
): ExampleField {
  return { name, type, ...more }
}

/** A field with an enum of these symbols. */
export function statusOf(
  symbols: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): ExampleField {
  return field('status', { type: 'enum', name: 'Status', symbols, ...more })
}

/** A named type of an example. */
export function record(
  name: string,
  fields: readonly ExampleField[],
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return { type: 'record', name, ...more, fields }
}
