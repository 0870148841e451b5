import type { Header } from '@headwater/producer'
import { EventError } from '../event-error.ts'
import { isTenantId } from '../tenant/tenant-header.ts'
import { textHeader, toHeaderPairs } from '../text-headers.ts'
import { describeError, type FailedRecord, type StageFailure } from './stage-failure.ts'

/** A stage is done with an entity. */
export interface StageEvent {
  /** The document, order or user; also the record's key: 1 to 250 characters without control characters. */
  readonly entityId: string
  /** What the next stage needs: anything that JSON can say. Default: `{}`. */
  readonly data?: Readonly<Record<string, unknown>> | undefined
  /** Also `message_id`. Give the same one when the same work is done again. Default: a new UUIDv7. */
  readonly eventId?: string | undefined
  /** When it was done. Default: now. */
  readonly timestamp?: number | Date | undefined
}

/** The event as `stage-completed.avsc` has it. */
export interface StageCompletedRecord {
  readonly event_id: string
  readonly stage: string
  readonly entity_id: string
  readonly service: string
  readonly timestamp: number
  readonly data: string
}

/** The event as `stage-failed.avsc` has it. */
export interface StageFailedRecord {
  readonly event_id: string
  readonly stage: string
  readonly entity_id: string | null
  readonly service: string
  readonly timestamp: number
  readonly attempts: number
  readonly error: { readonly name: string; readonly code: string | null; readonly message: string }
  readonly original: RecordPlace
  readonly dead_letter: RecordPlace | null
}

/** Where a record is. */
export interface RecordPlace {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

/** @throws EventError `INVALID_STAGE_EVENT` */
export function assertEntityId(entityId: string): void {
  if (typeof entityId === 'string' && /^[^\p{Cc}]{1,250}$/u.test(entityId)) return
  throw new EventError(
    'INVALID_STAGE_EVENT',
    'entityId is not 1 to 250 characters without control characters',
  )
}

/** The summary of a failure, named after the record: who reports it again, after a crash, reports the same. */
export function toStageFailedRecord(
  failure: StageFailure,
  about: { readonly service: string; readonly nowMs: number; readonly deadLetter: RecordPlace | null },
): StageFailedRecord {
  const { stage, entityId, attempts = 1, original } = failure
  const { topic, partition, offset } = original
  return {
    event_id: `${about.service}/${stage}/${topic}/${partition}/${offset}/failed`,
    stage,
    // What could not be read may have anything in this place; it must not keep the failure from being told.
    entity_id: entityId === null ? null : entityId.slice(0, 250),
    service: about.service,
    timestamp: about.nowMs,
    attempts,
    error: describeError(failure.error),
    original: { topic, partition, offset: String(offset) },
    dead_letter: about.deadLetter,
  }
}

/** What of a failed record's headers its summary carries on: its trace, its conversation, and its tenant if that is one. */
export function carriedHeaders(original: FailedRecord, boundTenant: string | undefined): readonly Header[] {
  const headers = toHeaderPairs(original.headers)
  const tenant = textHeader(headers, 'tenant-id')
  const carriesTenant = boundTenant === undefined && tenant !== undefined && isTenantId(tenant)
  const names = [
    'traceparent',
    'tracestate',
    'baggage',
    'correlation_id',
    ...(carriesTenant ? ['tenant-id'] : []),
  ]
  return headers.filter(([name]) => names.includes(name))
}
