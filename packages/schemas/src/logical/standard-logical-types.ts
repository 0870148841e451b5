import type avsc from 'avsc'
import { CalendarDate, TimeMicros, TimeMillis } from './calendar-types.ts'
import { Decimal } from './decimal-type.ts'
import { TimestampMicros, TimestampMillis } from './timestamp-types.ts'
import { Uuid } from './uuid-type.ts'

/** The class of a logical type, as avsc takes it, that says what its values are in TypeScript. */
export interface LogicalTypeClass {
  new (schema: avsc.Schema, options?: unknown): avsc.types.LogicalType
  /** For `generateTypes`. */
  readonly type: string
}

/** The names of {@link standardLogicalTypes}. */
export type StandardLogicalType =
  | 'timestamp-millis'
  | 'timestamp-micros'
  | 'date'
  | 'time-millis'
  | 'time-micros'
  | 'decimal'
  | 'uuid'

/**
 * Avro's logical types, ready-made: moments as `Date`, the others as text. One map for both ends of a type: the option
 * `logicalTypes` of `createAvroCodec` takes it, and that of `generateTypes`, which reads the static `type` of each class.
 * Take out or put in what you like: `{ ...standardLogicalTypes, uuid: MyUuid }`.
 */
export const standardLogicalTypes: Readonly<Record<StandardLogicalType, LogicalTypeClass>> = {
  'timestamp-millis': TimestampMillis,
  'timestamp-micros': TimestampMicros,
  date: CalendarDate,
  'time-millis': TimeMillis,
  'time-micros': TimeMicros,
  decimal: Decimal,
  uuid: Uuid,
}
