import type { FastifyInstance } from 'fastify'
import type { Logger } from '@headwater/base'
import { webhookPlugin } from '@headwater/channels'
import type { IntakeMetrics } from '@headwater/metrics'
import type { MountedChannel } from './intake-channels.ts'
import type { LiveRecorder } from './live/live-recorder.ts'

/** What the routes of the webhooks need. */
export interface WebhookRouteParts {
  readonly channels: readonly MountedChannel[]
  readonly metrics: IntakeMetrics
  readonly logger: Logger
  /** The topic that messages are meant for. */
  readonly topic: string
  /** Milliseconds until a sender is told to come back. */
  readonly ackTimeoutMs: number
  /** Shows what comes to whoever looks. */
  readonly live?: Pick<LiveRecorder, 'onRequest'> | undefined
}

/** One route a channel; what the channels answer, providers understand. */
export function webhookRoutes(server: FastifyInstance, parts: WebhookRouteParts): void {
  const { metrics, logger, topic, ackTimeoutMs, live } = parts
  for (const { name, path, channel } of parts.channels) {
    const plugin = webhookPlugin(channel, {
      ackTimeoutMs,
      logger,
      onResult({ outcome, events }, _head, durationMs) {
        const type = `ingestion.${channel.name}`
        metrics.onMessage({ channel: name, type, outcome, durationSeconds: durationMs / 1000 })
        const messageIds = events.map(({ messageId }) => messageId)
        live?.onRequest({ channel: name, type, outcome, durationMs, messageIds })
        for (const { kind } of events) {
          metrics.onEvent({ channel: name, kind })
          if (kind === 'dead-lettered') metrics.onDeadLetter({ topic, disposition: 'deserialization' })
        }
      },
    })
    void server.register(plugin, { prefix: path })
  }
}
