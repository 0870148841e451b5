const keys = 10_000
const valueBytes = 200

/** What services put on every record. */
const headers = {
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  ce_id: '0191f1f2-3c4d-7e5f-8a9b-0c1d2e3f4a5b',
  ce_type: 'order.placed',
  ce_source: '/services/orders',
  'content-type': 'application/avro',
}

const value = Buffer.alloc(valueBytes, 'headwater ')

/** A record as both clients take it. */
export interface BenchRecord {
  readonly topic: string
  readonly key: string
  readonly value: Buffer
  readonly headers: typeof headers
}

/** Record number `n`: 200 bytes, one of 10,000 keys, five headers; about 420 bytes on the wire. */
export function recordOf(topic: string, n: number): BenchRecord {
  return { topic, key: `customer-${n % keys}`, value, headers }
}
