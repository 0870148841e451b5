import { producerVariables, type ProducerSettings } from './producer-variables.ts'
import type { Variable } from './variable.ts'
import type { VariableReader } from './variable-reader.ts'

/** One contradiction between options: when it holds, and what to say about it. */
interface Contradiction {
  readonly variable: Variable
  readonly holds: (options: Partial<ProducerSettings>) => boolean
  readonly problem: string
  readonly fix: string
}

const above = (larger: number | undefined, smaller: number | undefined): boolean =>
  larger !== undefined && smaller !== undefined && larger > smaller

/** What Kafka or the memory bound makes impossible; the producer would refuse the same at construction. */
const CONTRADICTIONS: readonly Contradiction[] = [
  {
    variable: producerVariables.acks,
    // Idempotence needs the sequence numbers to be replicated before they count (KIP-98).
    holds: ({ acks, enableIdempotence }) =>
      enableIdempotence === true && acks !== undefined && acks !== 'all',
    problem: 'is not all, while KAFKA_PRODUCER_ENABLE_IDEMPOTENCE is true',
    fix: 'Set it to all, or KAFKA_PRODUCER_ENABLE_IDEMPOTENCE to false and accept lost and doubled records.',
  },
  {
    variable: producerVariables.maxInFlightRequestsPerConnection,
    // A broker remembers the last five batches of a producer per partition (ProducerStateEntry.NUM_BATCHES_TO_RETAIN).
    holds: (options) =>
      options.enableIdempotence === true && above(options.maxInFlightRequestsPerConnection, 5),
    problem: 'is above 5, while KAFKA_PRODUCER_ENABLE_IDEMPOTENCE is true',
    fix: 'Set it to 5 or less.',
  },
  {
    variable: producerVariables.deliveryTimeoutMs,
    holds: ({ deliveryTimeoutMs, lingerMs = 0, requestTimeoutMs = 0 }) =>
      above(lingerMs + requestTimeoutMs, deliveryTimeoutMs),
    problem: 'is below KAFKA_PRODUCER_LINGER_MS + KAFKA_PRODUCER_REQUEST_TIMEOUT_MS',
    fix: 'Raise it, or lower the other two: a record must have time for one attempt.',
  },
  {
    variable: producerVariables.batchSize,
    holds: ({ batchSize, bufferMemory }) => above(batchSize, bufferMemory),
    problem: 'is above KAFKA_PRODUCER_BUFFER_MEMORY',
    fix: 'Lower it, or raise the other: no batch could ever get full.',
  },
  {
    variable: producerVariables.retryBackoffMs,
    holds: ({ retryBackoffMs, retryBackoffMaxMs }) => above(retryBackoffMs, retryBackoffMaxMs),
    problem: 'is above KAFKA_PRODUCER_RETRY_BACKOFF_MAX_MS',
    fix: 'Lower it, or raise the other.',
  },
]

/** Reports contradictions, and durability that somebody gave up on purpose. */
export function checkProducer(reader: VariableReader, options: Partial<ProducerSettings>): void {
  for (const { variable, holds, problem, fix } of CONTRADICTIONS) {
    if (holds(options)) reader.reject(variable, problem, fix)
  }
  if (options.enableIdempotence === false) {
    const fix = 'Remove it, unless lost or doubled records do not matter here.'
    reader.warn(
      producerVariables.enableIdempotence,
      'is false: retries may double records and change their order',
      fix,
    )
  }
}
