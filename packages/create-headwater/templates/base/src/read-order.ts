import type { OrderPlacedInput } from './schema-types.ts'

/** An order as it came in, or a sentence for whoever sent it. Nothing that is not checked here reaches the log. */
export function readOrder(text: string): OrderPlacedInput | string {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return 'The body is no JSON.'
  }
  if (typeof body !== 'object' || body === null) return 'The body is no object.'
  const { order_id, total_minor, currency, note } = body as Readonly<Record<string, unknown>>
  if (typeof order_id !== 'string' || order_id === '') return 'order_id is no text.'
  // Money is never a float: 4200 is 42.00.
  if (typeof total_minor !== 'number' || !Number.isSafeInteger(total_minor))
    return 'total_minor is no whole number.'
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return 'currency is no ISO 4217 code.'
  if (note !== undefined && note !== null && typeof note !== 'string') return 'note is no text.'
  return { order_id, total_minor, currency, note: note ?? null }
}
