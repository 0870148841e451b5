/** A kind of record that is encoded and decoded, with the schema that it is written by and one that reads it later. */
export interface RecordShape {
  /** Also the topic's name. */
  readonly name: string
  readonly schema: object
  /** The next version: a field with a default more, as most are. */
  readonly nextSchema: object
  /** Record number `n`: other values every time, the same shape. */
  readonly make: (n: number) => object
}

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0')
const record = (name: string, fields: readonly object[]): object => ({
  type: 'record',
  name,
  namespace: 'bench',
  fields,
})
const withNext = (name: string, fields: readonly object[]): Pick<RecordShape, 'schema' | 'nextSchema'> => ({
  schema: record(name, fields),
  nextSchema: record(name, [...fields, { name: 'addedLater', type: 'string', default: 'none' }]),
})
const field = (name: string, type: unknown): object => ({ name, type })
const optional = (name: string, type: unknown): object => ({ name, type: ['null', type], default: null })

const small: RecordShape = {
  name: 'small',
  ...withNext('Small', [
    field('id', 'string'),
    field('total', 'long'),
    field('paid', 'boolean'),
    optional('note', 'string'),
  ]),
  make: (n) => ({ id: `o-${n}`, total: 1000 + n, paid: n % 2 === 0, note: null }),
}

/** Flat, text for the most part: what services put on an order topic. */
const order: RecordShape = {
  name: 'order',
  ...withNext('Order', [
    field('messageId', 'string'),
    field('orderId', 'string'),
    field('customerId', 'string'),
    field('occurredAt', 'long'),
    field('currency', 'string'),
    field('totalCents', 'long'),
    field('discount', 'double'),
    field('items', 'int'),
    field('express', 'boolean'),
    optional('note', 'string'),
    optional('coupon', 'string'),
    field('street', 'string'),
    field('city', 'string'),
    field('country', 'string'),
    field('userAgent', 'string'),
  ]),
  make: (n) => ({
    messageId: `0191f1f2-3c4d-7e5f-8a9b-${hex(n, 12)}`,
    orderId: `order-${hex(n, 8)}`,
    customerId: `customer-${hex(n * 7, 8)}`,
    occurredAt: 1_795_000_000_000 + n,
    currency: 'EUR',
    totalCents: 129_900 + n,
    discount: 0.15,
    items: 3,
    express: n % 2 === 0,
    note: 'please ring twice, the bell of the house is broken',
    coupon: null,
    street: 'Long Street of the Poets 117',
    city: 'Ulm on the Danube',
    country: 'DE',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Fire',
  }),
}

/** Records in records, an array, a map, an enum, bytes, and unions that the value alone decides. */
const nested: RecordShape = {
  name: 'nested',
  ...withNext('Nested', [
    field('id', 'string'),
    field('kind', { type: 'enum', name: 'Kind', symbols: ['PLACED', 'PAID', 'SENT'] }),
    field(
      'customer',
      record('Customer', [
        field('id', 'string'),
        optional('email', 'string'),
        field('address', record('Address', [field('street', 'string'), field('city', 'string')])),
      ]),
    ),
    field('lines', {
      type: 'array',
      items: record('Line', [
        field('sku', 'string'),
        field('count', 'int'),
        field('price', 'double'),
        optional('gift', 'boolean'),
      ]),
    }),
    field('tags', { type: 'map', values: ['null', 'string', 'double'] }),
    field('digest', 'bytes'),
  ]),
  make: (n) => ({
    id: `o-${n}`,
    kind: ['PLACED', 'PAID', 'SENT'][n % 3],
    customer: {
      id: `customer-${n}`,
      email: n % 2 === 0 ? 'someone@example.org' : null,
      address: { street: 'Long Street 117', city: 'Ulm' },
    },
    lines: Array.from({ length: 4 }, (_, at) => ({
      sku: `sku-${n}-${at}`,
      count: at + 1,
      price: 9.99,
      gift: at === 0 ? true : null,
    })),
    tags: { channel: 'web', campaign: 'spring', weight: 1.5 + n, none: null },
    digest: Buffer.alloc(16, n),
  }),
}

/** The shapes that are measured, from 18 to some 290 bytes. */
export const recordShapes: readonly RecordShape[] = [small, order, nested]
