/**
 * Whether an object is nothing but its members: made by a literal, by `JSON.parse`, without a prototype, or one of these
 * from another realm.
 */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf')
}

/**
 * Whether an object can stand for a record: a plain one, or one of a class, such as what avsc decodes. What the language
 * brings (dates, maps, arrays, bytes, boxed text) says by its tag that it is something else.
 */
export function isRecordObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  return isPlainObject(value) || Object.prototype.toString.call(value) === '[object Object]'
}

/**
 * A member of a record. A field may be called `constructor` or `toString`: every object answers to these, so there would
 * be something where there is nothing.
 */
export function memberOf(record: Readonly<Record<string, unknown>>, name: string): unknown {
  const value = record[name]
  const inherited = (Object.prototype as unknown as Readonly<Record<string, unknown>>)[name]
  return value !== undefined && value === inherited && !Object.hasOwn(record, name) ? undefined : value
}
