import { isHeadwaterError } from '@headwater/base'
import { DeliveryError } from '@headwater/producer'
import { refusal, type IntakeAnswer } from './intake-answer.ts'
import { noClaimCheckFolder } from './intake-claim-checks.ts'

/** What the sender can do nothing about but send something smaller. */
const tooLarge: ReadonlySet<string> = new Set([
  'MAIL_TOO_LARGE',
  'RECORD_TOO_LARGE',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  noClaimCheckFolder,
])

/** What the sender is told when a message could not be taken in. No message is lost by it: all but 413 say "again". */
export function failureAnswer(thrown: unknown, messageId: string | undefined): IntakeAnswer {
  const errors = [...leaves(thrown)]
  const large = errors.find((each) => isHeadwaterError(each) && tooLarge.has(each.code))
  if (isHeadwaterError(large)) {
    return refusal(413, 'too-large', { code: large.code, message: large.message, message_id: messageId })
  }
  const [first] = errors
  const code = isHeadwaterError(first) ? first.code : 'INTERNAL'
  if (errors.length > 0 && errors.every(mayPass)) {
    const message =
      'not acknowledged in time. The message may be in Kafka nevertheless: send it again, it keeps its message_id'
    return refusal(503, 'unavailable', { code, message, message_id: messageId })
  }
  const message =
    'the intake could not take the message in; its operators have been told. Send it again later'
  return refusal(500, 'failed', { code, message, message_id: messageId })
}

/** Whether the same message may get through later without anybody changing anything. */
function mayPass(error: unknown): boolean {
  if (error instanceof DeliveryError) return error.outcome !== 'rejected' || error.retriable
  return isHeadwaterError(error) && error.retriable
}

/** The errors at the bottom: wrappers say that something failed, their causes say what. */
export function* leaves(error: unknown): Generator<unknown> {
  const { cause } = error instanceof Error ? error : { cause: undefined }
  if (error instanceof AggregateError) for (const each of error.errors) yield* leaves(each)
  // A delivery error's own cause is how the connection ended; its outcome says more.
  else if (!(error instanceof DeliveryError) && isHeadwaterError(cause)) yield* leaves(cause)
  else if (!(error instanceof DeliveryError) && cause instanceof AggregateError) yield* leaves(cause)
  else yield error
}
