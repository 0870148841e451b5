import type { ProducerHooks, SendTrace, Settled } from '@headwater/producer'
import type { DeadLetterCounter } from './dead-letter-metrics.ts'
import { isDeadLetter } from './is-dead-letter.ts'
import type { Pulse } from './observed-producers.ts'
import type { ProducerMetricTable } from './producer-metric-table.ts'
import { askExemplar, type ExemplarLabels, type ExemplarSource } from './series/exemplar.ts'
import type { RegisteredMetrics } from './series/registered-metrics.ts'
import type { TopicMeter, TopicMeters } from './topic-meters.ts'

/** What hooks count into. */
interface HookParts {
  readonly metrics: RegisteredMetrics<ProducerMetricTable>
  readonly topics: TopicMeters
  readonly pulse: Pulse
  readonly onDeadLetter: DeadLetterCounter
  readonly exemplar: ExemplarSource | undefined
}

/** Codes that say "nobody answered": what `kafka_producer_connected` goes by, beside the connections themselves. */
const silence: ReadonlySet<string> = new Set(['DELIVERY_TIMEOUT', 'METADATA_TIMEOUT', 'CONNECTION_REFUSED'])

/**
 * The hooks of one producer, or of several that are one client. Series whose labels are known beforehand are there from
 * the beginning, with 0: a counter that comes into being with its first event shows Prometheus no increase.
 */
export function toProducerHooks({
  metrics,
  topics,
  pulse,
  onDeadLetter,
  exemplar,
}: HookParts): ProducerHooks {
  const client_id = pulse.clientId
  const batchRecords = metrics.batchRecords.series({ client_id })
  const batchBytes = metrics.batchBytes.series({ client_id })
  const compressionRatio = metrics.compressionRatio.series({ client_id })
  const queueWait = metrics.queueWait.series({ client_id })
  const waited = metrics.bufferFull.series({ client_id, result: 'waited' })
  const refused = metrics.bufferFull.series({ client_id, result: 'refused' })
  const disconnects = metrics.disconnects.series({ client_id })
  return {
    // Without exemplars nothing is kept of a send, and nothing asked. A dead letter is not measured: its record is.
    ...(exemplar && {
      onSend: (record) => (isDeadLetter(record) ? undefined : toTrace(topics, exemplar)),
    }),
    onSettled(settled) {
      const failed = settled.status === 'failed'
      const meter = topics.of(failed ? settled.error.topic : settled.receipt.topic)
      if (settled.late) meter.late(failed ? settled.error.outcome : settled.status)
      else settle(meter, settled)
      if (failed && settled.error.outcome === 'dead-lettered')
        onDeadLetter({ topic: settled.error.topic, disposition: 'producer-rejected' })
      // An answer that comes too late for its sender still shows that somebody is there.
      if (settled.status === 'delivered') pulse.stalled &&= !settled.late
      else if (settled.status === 'spooled') pulse.stalled = true
      else if (!settled.late && silence.has(settled.error.code)) pulse.stalled = true
    },
    onBatchSent(batch) {
      pulse.stalled = false
      topics.of(batch.topic).bytes(batch.bytes)
      batchRecords.observe(batch.records)
      batchBytes.observe(batch.bytes)
      if (batch.uncompressedBytes > 0) compressionRatio.observe(batch.bytes / batch.uncompressedBytes)
      queueWait.observe(batch.queuedMs / 1000)
      metrics.requestDuration.observe({ client_id, broker: batch.brokerId }, batch.requestMs / 1000)
    },
    onRetry: ({ topic, reason }) => topics.of(topic).retry(reason),
    onThrottle: ({ brokerId, throttleMs }) =>
      metrics.throttle.observe({ client_id, broker: brokerId }, throttleMs / 1000),
    onProducerIdRenewed: ({ reason }) => metrics.recreated.inc({ client_id, reason }),
    onBufferFull: (full) => (full.refused ? refused : waited).inc(),
    onStateChange({ to }) {
      if (to === 'disconnected') disconnects.inc()
    },
    onBatchingPoor: ({ topic }) => topics.of(topic).batchingPoor(),
    onSpool: ({ topic, event }) => topics.of(topic).spoolEvent(event),
    onTransaction({ result, durationMs }) {
      metrics.transactions.inc({ client_id, result })
      metrics.transactionDuration.observe({ client_id, result }, durationMs / 1000)
    },
  }
}

function settle(meter: TopicMeter, settled: Settled): void {
  if (settled.status === 'delivered') meter.delivered(settled.receipt.latencyMs / 1000)
  else if (settled.status === 'spooled') meter.spooled(settled.receipt.latencyMs / 1000)
  else meter.failed(settled.error, settled.latencyMs / 1000)
}

/** Asked in `send()`, where the caller's span is active; shown at the end, when it is known how long it took. */
function toTrace(topics: TopicMeters, source: ExemplarSource): SendTrace | undefined {
  const exemplar = askExemplar(source)
  return exemplar && { settled: (settled) => exemplify(topics, settled, exemplar) }
}

function exemplify(topics: TopicMeters, settled: Settled, exemplar: ExemplarLabels): void {
  // What comes late was measured when its sender gave up.
  if (settled.late) return
  if (settled.status === 'failed') {
    const { error, latencyMs } = settled
    topics.of(error.topic).exemplify(error.outcome, latencyMs / 1000, exemplar)
  } else {
    const { status, receipt } = settled
    topics.of(receipt.topic).exemplify(status, receipt.latencyMs / 1000, exemplar)
  }
}
