import type { FastifyInstance } from 'fastify'
import type { Logger } from '@headwater/base'
import { webhookPlugin } from '@headwater/channels'
import type { IntakeMetrics } from '@headwater/metrics'
import type { MountedChannel } from './intake-channels.ts'

/** What the routes of the webhooks need. */
export interface WebhookRouteParts {
  readonly channels: readonly MountedChannel[]
  readonly metrics: IntakeMetrics
  readonly logger: Logger
  /** The topic that messages are meant for. */
  readonly topic: string
  /** Milliseconds until a sender is told to come back. */
  readonly ackTimeoutMs: number
}

/** One route a channel; what the channels answer, providers understand. */
export function webhookRoutes(server: FastifyInstance, parts: WebhookRouteParts): void {
  const { metrics, logger, topic, ackTimeoutMs } = parts
  for (const { name, path, channel } of parts.channels) {
    const plugin = webhookPlugin(channel, {
      ackTimeoutMs,
      logger,
      onResult({ outcome, events }, _head, durationMs) {
        metrics.onMessage({
          channel: name,
          type: `ingestion.${channel.name}`,
          outcome,
          durationSeconds: durationMs / 1000,
        })
        for (const { kind } of events) {
          if (kind === 'dead-lettered') metrics.onDeadLetter({ topic, disposition: 'deserialization' })
        }
      },
    })
    void server.register(plugin, { prefix: path })
  }
}
