import { Buffer } from 'node:buffer'
import { HeadwaterError } from '@headwater/base'
import type { Headers, SendResult } from '@headwater/producer'
import type { EventResult } from '../publish-logged.ts'

/** A record as it was read, which a stage gave up. */
export interface FailedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint | string
  readonly key: Uint8Array | string | null
  /** The bytes as they were read, whatever is in them. */
  readonly value: Uint8Array | string | null
  /** Default: none. */
  readonly headers?: Headers | undefined
  /** Milliseconds since the epoch. Default: now. */
  readonly timestamp?: number | undefined
}

/** Why a stage gave a record up. */
export interface StageFailure<Stage extends string = string> {
  readonly stage: Stage
  /** What the record was about; `null` where it could not be read. */
  readonly entityId: string | null
  /** What was thrown last. */
  readonly error: unknown
  /** How often it was tried. @defaultValue 1 */
  readonly attempts?: number | undefined
  readonly original: FailedRecord
}

/** What became of the two records of a failure. */
export interface StageFailureResult {
  /** The record itself, in the dead-letter topic. */
  readonly deadLetter: SendResult
  /** The summary, in the error topic. */
  readonly errorEvent: EventResult
}

/** A failure of which not both records are in the log: the offset of the record must not be committed. */
export class StageFailureError extends HeadwaterError<'FAILURE_NOT_RECORDED'> {
  readonly result: StageFailureResult

  constructor(result: StageFailureResult) {
    const errors = [result.deadLetter.error, result.errorEvent.error].filter((each) => each !== undefined)
    const message = `a failed record was not put aside (dead letter ${result.deadLetter.status}, error event ${result.errorEvent.status}): do not commit its offset`
    const retriable = errors.every((each) => each instanceof HeadwaterError && each.retriable)
    super('FAILURE_NOT_RECORDED', message, { cause: new AggregateError(errors, message), retriable })
    this.result = result
  }
}

/** An error as the summary and the dead letter tell it: no stack, and no more than so much of what it may quote. */
export interface DescribedError {
  readonly name: string
  readonly code: string | null
  readonly message: string
}

const maxMessageBytes = 1024

/** Describes whatever was thrown. */
export function describeError(thrown: unknown): DescribedError {
  // Anybody may throw anything, and assign anything to an error; the record has to be put aside whatever it is.
  const { name, message, code } =
    thrown instanceof Error
      ? (thrown as Partial<Record<'name' | 'message' | 'code', unknown>>)
      : { name: typeof thrown, message: thrown, code: undefined }
  // Cutting bytes may leave half a character, which toString shows as U+FFFD.
  const cut = Buffer.from(toText(message))
    .subarray(0, maxMessageBytes)
    .toString()
    .replace(/\ufffd+$/, '')
  return {
    name: typeof name === 'string' ? name : 'Error',
    code: typeof code === 'string' ? code : null,
    message: cut,
  }
}

function toText(value: unknown): string {
  try {
    // An error without a message has none, whatever holds its place.
    return [undefined, null].includes(value as null) ? '' : String(value)
  } catch {
    return ''
  }
}
