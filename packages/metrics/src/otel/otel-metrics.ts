import { diag, metrics, type Attributes, type MeterProvider } from '@opentelemetry/api'
import { HeadwaterError, systemClock, type Clock } from '@headwater/base'
import type { ProducerHooks, Settled } from '@headwater/producer'
import { LabelValues, overflowLabel } from '../series/label-values.ts'
import type { ObservedProducer } from '../observed-producers.ts'
import { toConsumed, type ConsumedMessage, type ProcessOptions } from './consumed-message.ts'
import { ConventionMeter } from './convention-meter.ts'
import { boundedErrorType } from './error-type.ts'
import { createInstruments, type Instruments } from './otel-instruments.ts'
import { producerOtelMetricTable, type ProducerOtelMetricTable } from './otel-metric-table.ts'
import { OtelObserver } from './otel-observer.ts'
import { resolveConventions, type MessagingConventions } from './semantic-conventions.ts'
import { isTopicName, operationAttributes } from './span-facts.ts'
import { whenDone } from './when-done.ts'

/** Options of {@link otelMetrics}. */
export interface OtelMetricsOptions {
  /** `messaging.client.id`: the name of the service, the same for all its instances. */
  readonly clientId: string
  /** Where metrics go. Default: the global provider, which must have been registered before. */
  readonly meterProvider?: MeterProvider | undefined
  /**
   * How many topics are told apart; all others share the destination `other`.
   *
   * @defaultValue 100
   */
  readonly maxTopics?: number | undefined
  /** Default: what `OTEL_SEMCONV_STABILITY_OPT_IN` says when this is called, else `messaging`. */
  readonly semanticConventions?: MessagingConventions | undefined
  /** Default: the system's. */
  readonly clock?: Clock | undefined
}

/** Metrics of what is sent and of what is processed. */
export interface OtelMetrics {
  /** For the option `hooks` of `createProducer`. */
  readonly hooks: ProducerHooks
  /**
   * Has what a producer holds read whenever metrics are collected, until it is closed. Gives the producer back. Several
   * producers add up; those with the same client id belong to one `otelMetrics`.
   */
  readonly observe: <Observed extends ObservedProducer>(producer: Observed) => Observed
  /** Runs what processes a message, and measures that. Gives back, or throws, what `run` does. */
  readonly process: <Result>(message: ConsumedMessage, run: () => Result, options?: ProcessOptions) => Result
}

/** More than there are error codes; an SDK stops telling a metric's series apart at 2000. */
const maxErrorTypes = 250

/** Codes that say "nobody answered". */
const silence: ReadonlySet<string> = new Set(['DELIVERY_TIMEOUT', 'METADATA_TIMEOUT', 'CONNECTION_REFUSED'])

/**
 * OpenTelemetry metrics: those of the conventions for messaging, and what else a producer tells under
 * `headwater.producer`.
 *
 * @throws HeadwaterError `INVALID_OTEL_OPTION`
 */
export function otelMetrics(options: OtelMetricsOptions): OtelMetrics {
  const { clientId, maxTopics = 100, clock = systemClock } = options
  if (typeof clientId !== 'string' || clientId === '') {
    throw new HeadwaterError('INVALID_OTEL_OPTION', 'clientId is empty: give it the name of the service')
  }
  if (!Number.isSafeInteger(maxTopics) || maxTopics < 0) {
    throw new HeadwaterError('INVALID_OTEL_OPTION', `maxTopics: ${maxTopics} is not a count`)
  }
  const conventions = resolveConventions(options.semanticConventions)
  const meter = (options.meterProvider ?? metrics).getMeter('@headwater/metrics')
  const client: Attributes = { 'messaging.system': 'kafka', 'messaging.client.id': clientId }
  const observer = new OtelObserver(meter, client)
  const instruments = createInstruments(meter, producerOtelMetricTable)
  const standard = new ConventionMeter(meter, conventions)
  const topics = new LabelValues(maxTopics)
  const errors = new LabelValues(maxErrorTypes)
  const bounded = (topic: string): string => (isTopicName(topic) ? topics.bound(topic) : overflowLabel)
  return {
    hooks: toHooks({ client, instruments, standard, observer, bounded, clientId }),
    observe(producer) {
      observer.add(producer)
      return producer
    },
    process(message, run, { consumerGroup } = {}) {
      const startMs = clock.monotonic()
      return whenDone(run, (failure) => {
        try {
          const { topic } = toConsumed(message)
          const attributes = {
            ...operationAttributes('process', bounded(topic), clientId),
            ...(consumerGroup !== undefined && { 'messaging.consumer.group.name': consumerGroup }),
            ...(failure !== undefined && { 'error.type': boundedErrorType(failure.thrown, errors) }),
          }
          standard.processed((clock.monotonic() - startMs) / 1000, attributes)
        } catch (thrown) {
          diag.error('a processed message is not measured', thrown)
        }
      })
    },
  }
}

interface HookParts {
  readonly client: Attributes
  readonly clientId: string
  readonly instruments: Instruments<ProducerOtelMetricTable>
  readonly standard: ConventionMeter
  readonly observer: OtelObserver
  readonly bounded: (topic: string) => string
}

function toHooks({ client, clientId, instruments, standard, observer, bounded }: HookParts): ProducerHooks {
  const about = (topic: string, more?: Attributes): Attributes => ({
    ...client,
    'messaging.destination.name': bounded(topic),
    ...more,
  })
  return {
    onSettled(settled) {
      observeSilence(observer, settled)
      const failed = settled.status === 'failed'
      const { topic, attempts } = failed ? settled.error : settled.receipt
      const outcome = failed ? settled.error.outcome : settled.status
      const more = { 'headwater.outcome': outcome, ...(failed && { 'error.type': settled.error.code }) }
      if (failed && outcome === 'dead-lettered') instruments.deadLetters.add(1, about(topic))
      if (settled.late) {
        instruments.lateOutcomes.add(1, about(topic, { 'headwater.outcome': outcome }))
        return
      }
      const latencyMs = failed ? settled.latencyMs : settled.receipt.latencyMs
      const attributes = { ...operationAttributes('send', bounded(topic), clientId), ...more }
      standard.sent(latencyMs / 1000, attempts > 0, attributes)
    },
    onBatchSent(batch) {
      observer.stalled = false
      instruments.sentSize.add(batch.bytes, about(batch.topic))
      instruments.batchMessages.record(batch.records, client)
      instruments.batchSize.record(batch.bytes, client)
      if (batch.uncompressedBytes > 0) {
        instruments.compressionRatio.record(batch.bytes / batch.uncompressedBytes, client)
      }
      instruments.queueDuration.record(batch.queuedMs / 1000, client)
      instruments.requestDuration.record(batch.requestMs / 1000, { ...client, ...broker(batch) })
    },
    onRetry: ({ topic, reason }) => instruments.retries.add(1, about(topic, { 'error.type': reason })),
    onThrottle: (throttle) =>
      instruments.throttleDuration.record(throttle.throttleMs / 1000, { ...client, ...broker(throttle) }),
    onBatchingPoor: ({ topic }) => instruments.batchingPoor.add(1, about(topic)),
    onSpool: ({ topic, event }) =>
      instruments.spoolEvents.add(1, about(topic, { 'headwater.spool.event': event })),
    onTransaction: ({ result, durationMs }) =>
      instruments.transactionDuration.record(durationMs / 1000, { ...client, 'headwater.result': result }),
    onProducerIdRenewed: ({ reason }) => instruments.idRenewals.add(1, { ...client, 'error.type': reason }),
    onBufferFull: ({ refused }) =>
      instruments.bufferFull.add(1, { ...client, 'headwater.result': refused ? 'refused' : 'waited' }),
    onStateChange({ to }) {
      if (to === 'disconnected') instruments.disconnects.add(1, client)
    },
  }
}

function broker({ brokerId }: { readonly brokerId: number }): Attributes {
  return { 'headwater.broker.id': brokerId }
}

/** An answer that comes too late for its sender still shows that somebody is there. */
function observeSilence(observer: OtelObserver, settled: Settled): void {
  if (settled.status === 'delivered') observer.stalled &&= !settled.late
  else if (settled.status === 'spooled') observer.stalled = true
  else if (!settled.late && silence.has(settled.error.code)) observer.stalled = true
}
