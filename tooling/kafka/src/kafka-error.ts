import { HeadwaterError } from '@headwater/base'

/**
 * Why there is no Kafka:
 *
 * - `KAFKA_UNAVAILABLE`: Java, Maven or the jars are missing; the message says which, and how to get it
 * - `KAFKA_START_FAILED`: a node ended while it started; the message ends with the tail of its log
 * - `KAFKA_START_TIMEOUT`: a node was not ready in time; the message ends with the tail of its log
 */
export type KafkaErrorCode = 'KAFKA_UNAVAILABLE' | 'KAFKA_START_FAILED' | 'KAFKA_START_TIMEOUT'

/** Makes the one error that this package throws. */
export function createKafkaError(
  code: KafkaErrorCode,
  message: string,
  cause?: unknown,
): HeadwaterError<KafkaErrorCode> {
  return new HeadwaterError(code, message, { cause })
}
