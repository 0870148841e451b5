/** A type that many schemas refer to by its name. */
export interface SharedType {
  readonly fullName: string
  readonly definition: object
}

const namespace = 'shop.common'

function createSharedRecord(name: string, fields: readonly string[]): SharedType {
  const definition = {
    type: 'record',
    name,
    namespace,
    doc: `A ${name.toLowerCase()}, the same in all events.`,
    fields: fields.map((field) => ({ name: field, type: ['null', 'string'], default: null })),
  }
  return { fullName: `${namespace}.${name}`, definition }
}

/** The types of `schemas/common`. None of them uses another. */
export const sharedTypes: readonly SharedType[] = [
  createSharedRecord('Address', ['street', 'houseNumber', 'postCode', 'city', 'country']),
  createSharedRecord('Person', ['givenName', 'familyName', 'mailAddress', 'telephone']),
  createSharedRecord('Company', ['legalName', 'register', 'registerNumber']),
  createSharedRecord('Device', ['model', 'operatingSystem', 'release']),
  {
    fullName: `${namespace}.Money`,
    definition: {
      type: 'record',
      name: 'Money',
      namespace,
      fields: [
        { name: 'amount', type: { type: 'bytes', logicalType: 'decimal', precision: 18, scale: 4 } },
        { name: 'currency', type: 'string' },
      ],
    },
  },
  {
    fullName: `${namespace}.Channel`,
    definition: {
      type: 'enum',
      name: 'Channel',
      namespace,
      symbols: ['UNKNOWN', 'SHOP', 'TELEPHONE', 'WEB', 'PARTNER'],
      default: 'UNKNOWN',
    },
  },
]
