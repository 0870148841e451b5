/** What {@link AvroCase.notBy} may name. */
export const csrName = '@kafkajs/confluent-schema-registry'
export const pythonName = 'confluent-kafka for Python (fastavro)'

/** A value as it is told to a program of another language: JSON, with an object of one `$` key where JSON has no word. */
export type Told =
  | null
  | boolean
  | number
  | string
  | readonly Told[]
  | { readonly $bytes: string }
  /** A decimal of the schema's scale. */
  | { readonly $decimal: string }
  /** `YYYY-MM-DD`. */
  | { readonly $date: string }
  /** Milliseconds of the day, or since 1970, as the schema has it. */
  | { readonly $millis: number }
  | { readonly $uuid: string }
  /** A record in a union of several: its full name, and itself. */
  | { readonly $branch: readonly [name: string, value: Told] }
  | { readonly [field: string]: Told }

/** A value and how others know it. */
export interface AvroValue {
  /** As Headwater's codec takes and gives it; as csr does, too, since both read by avsc. */
  readonly value: unknown
  /** As Headwater's codec takes and gives it with `standardLogicalTypes`, where that differs. */
  readonly logical?: unknown
  readonly told: Told
}

/** A later or an earlier version that reads what the first one wrote. */
interface AvroReader {
  readonly what: string
  readonly schema: object
  readonly values: readonly AvroValue[]
}

/** A schema, values that are written by it, and what readers of other versions see of them. */
export interface AvroCase {
  readonly name: string
  readonly schema: object | string
  /** A schema of another subject that this one names. */
  readonly reference?: { readonly name: string; readonly schema: object }
  /** Whether records in unions are told with their names, for there are several. Default: no. */
  readonly isNamed?: boolean
  /** Clients that are known to get it wrong. Default: none. */
  readonly notBy?: readonly string[]
  readonly values: readonly AvroValue[]
  readonly readers?: readonly AvroReader[]
}
