import type { ProducerRecord } from '@headwater/producer'

/**
 * Whether a record that `onSend` sees is one that the producer gives up (policy `onRejected`): its own letters have pairs
 * with text. One that somebody sends again, as a consumer got it, has bytes.
 */
export function isDeadLetter({ headers }: ProducerRecord): boolean {
  return (
    Array.isArray(headers) &&
    headers.some(([name, value]) => name === 'dlq.disposition' && value === 'producer-rejected')
  )
}
